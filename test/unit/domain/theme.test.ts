import { describe, expect, it } from 'vitest'
import type { Agent } from '../../../src/domain/agent.js'
import { bindingCommands, fnv1a, rigTheme, statusCommands, statusLeft, themeOf } from '../../../src/domain/theme.js'

const agents = {
  mayor: { role: 'mayor' },
  deacon: { role: 'deacon' },
  witness: { role: 'witness', rig: 'gastown' },
  refinery: { role: 'refinery', rig: 'gastown' },
  crew: { role: 'crew', rig: 'gastown', name: 'max' },
  polecat: { role: 'polecat', rig: 'gastown', name: 'toast' },
} as const satisfies Record<string, Agent>

describe('a rig has the colours that the original gives it', () => {
  it.each([
    ['gastown', 1221201258, 'teal'],
    ['beads', 3888381170, 'ocean'],
    ['mayor', 4031354427, 'wine'],
    ['foo', 2851307223, 'plum'],
    ['my-rig', 3404716652, 'rust'],
    ['a', 3826002220, 'ocean'],
    ['b', 3876335077, 'wine'],
    ['c', 3859557458, 'teal'],
    ['wyvern', 578728876, 'midnight'],
    ['', 2166136261, 'forest'],
    ['é', 513665217, 'wine'],
  ])('%s', (rig, hash, name) => {
    expect(fnv1a(rig)).toBe(hash)
    expect(rigTheme(rig).name).toBe(name)
  })
})

describe('the status bar', () => {
  it.each([
    [agents.mayor, '🎩 Mayor '],
    [agents.deacon, '🦉 Deacon '],
    [agents.witness, '👁 gastown/witness '],
    [agents.refinery, '🏭 gastown/refinery '],
    [agents.crew, '👷 gastown/crew/max '],
    [agents.polecat, '😺 gastown/toast '],
  ])('of %o says who it is', (agent, left) => expect(statusLeft(agent)).toBe(left))

  it('gives deacon and mayor colours of their own', () => {
    expect(themeOf(agents.deacon)).toMatchObject({ background: '#2d1f3d', foreground: '#c0b0d0' })
    expect(themeOf(agents.mayor)).toMatchObject({ background: '#3d3200', foreground: '#ffd700' })
  })

  it('is set for exactly this session', () => {
    const target = ['set-option', '-t', '=gt-gastown-toast:']
    expect(statusCommands('gt-gastown-toast', agents.polecat)).toEqual([
      [...target, 'status-style', 'bg=#0d5c63,fg=#e0e0e0'],
      [...target, 'status-left-length', '25'],
      [...target, 'status-left', '😺 gastown/toast '],
      [...target, 'status-right-length', '80'],
      [...target, 'status-interval', '5'],
      [...target, 'status-right', '#(gt status-line --session=gt-gastown-toast 2>/dev/null) %H:%M'],
    ])
  })
})

describe('key bindings', () => {
  const standard = [
    'bind-key    -T prefix       n                 next-window',
    'bind-key    -T prefix       p                 previous-window',
    'bind-key -r -T prefix       Up                select-pane -U',
    'bind-key    -T root         MouseDown1Pane    select-pane -t = \\; send-keys -M',
  ].join('\n')
  const keys = (listed: string) => bindingCommands(listed).map(([, , table, key]) => `${table} ${key}`)

  it('replace those that tmux itself has', () => {
    expect(keys(standard)).toEqual(['root MouseDown1StatusRight', 'prefix a', 'prefix n', 'prefix p'])
  })

  it.each([
    ['n', 'bind-key    -T prefix       n                 new-window -c "#{pane_current_path}"'],
    ['p', 'bind-key -r -T prefix       p                 paste-buffer'],
    ['a', 'bind-key    -T prefix       a                 send-prefix'],
  ])("leave the user's own %s alone", (key, line) => {
    const listed = `${standard.replace(new RegExp(`.*prefix +${key} .*\\n`), '')}\n${line}`
    expect(keys(listed)).not.toContain(`prefix ${key}`)
    expect(keys(listed)).toHaveLength(3)
  })

  it('are made once', () => {
    const listed = 'bind-key    -T prefix       a                 run-shell "gt feed --window"'
    expect(keys(listed)).not.toContain('prefix a')
  })
})
