import { describe, expect, it } from 'vitest'
import { processTree } from '../../../src/domain/process-tree.js'
import type { Pane, Process } from '../../../src/domain/session.js'
import { type Machine, type Shown, survivorOf, type Wanted } from '../../../src/domain/survivor.js'
import { survivorText } from '../../../src/domain/survivor-text.js'

const NOW = Date.UTC(2026, 0, 5, 12)
const HOUR = 60 * 60_000

const pane = (session: string, pid: number, changes: Partial<Pane> = {}): Pane => ({
  serverPid: 100,
  sessionId: `$${session.length}`,
  session,
  createdAt: NOW - HOUR,
  path: '/town',
  attached: 0,
  windowActivityAt: NOW - HOUR,
  windowId: '@1',
  viewers: 0,
  paneId: `%${pid}`,
  pid,
  dead: false,
  deadStatus: undefined,
  deadAt: undefined,
  command: '',
  processNames: [],
  declaredPane: '',
  inMode: false,
  inputOff: false,
  ...changes,
})

const process = (pid: number, words: string, changes: Partial<Process> = {}): Process => {
  const argv = words.split(' ')
  const comm = argv[0]?.split('/').at(-1) ?? ''
  const terminal = { group: pid, foreground: pid, isCopy: false, executable: undefined, input: undefined }
  return {
    pid,
    parent: 1,
    comm,
    state: 'S',
    startTime: `t${pid}`,
    startedAt: NOW - HOUR,
    argv,
    ...terminal,
    ...changes,
  }
}

const shown = (pid: number, variables: Record<string, string>, changes: Partial<Shown> = {}): Shown => ({
  pid,
  folder: '/town',
  variables: new Map(Object.entries(variables)),
  isOfTown: true,
  ...changes,
})

const deacon = (changes: Partial<Wanted> = {}): Wanted => ({
  address: 'deacon',
  sessionName: 'gt-deacon',
  names: [],
  record: { starts: [] },
  remembered: [],
  folder: '/town/deacon',
  byFolder: true,
  ...changes,
})

const machine = (processes: readonly Process[], changes: Partial<Machine> = {}): Machine => ({
  now: NOW,
  grace: 60_000,
  shells: [],
  panes: [],
  processes: processTree(processes),
  shown: [],
  sessionNames: new Set(['gt-deacon', 'gt-gastown-witness']),
  folders: new Set(['/town/deacon', '/town/gastown/witness']),
  ...changes,
})

const evidence = (wanted: Partial<Wanted>, ...rest: Parameters<typeof machine>) =>
  survivorOf(deacon(wanted), machine(...rest))?.evidence

describe('a process that was the agent when a check saw it last', () => {
  const remembered = { remembered: ['10@t10'] }
  it.each<[string, readonly Process[], Partial<Machine>, string | undefined]>([
    ['lives in no pane', [process(10, 'claude')], {}, 'remembered'],
    ['lives in another session', [process(10, 'claude')], { panes: [pane('mine', 10)] }, 'remembered'],
    [
      "lives in another agent's session",
      [process(10, 'claude')],
      { panes: [pane('gt-gastown-witness', 10)] },
      'remembered',
    ],
    ['is stopped', [process(10, 'claude', { state: 'T' })], {}, 'remembered'],
    ['is an unknown program', [process(10, 'helper')], {}, 'remembered'],
    ['is a shell above the agent', [process(10, 'bash'), process(11, 'claude', { parent: 10 })], {}, 'remembered'],
    ['is a shell at work on a script', [process(10, 'bash run.sh')], {}, 'remembered'],
    ['is in its own session', [process(10, 'claude')], { panes: [pane('gt-deacon', 10)] }, undefined],
    [
      'is in its own session and in another one',
      [process(10, 'claude')],
      { panes: [pane('me', 10), pane('gt-deacon', 10)] },
      undefined,
    ],
    ['has ended', [], {}, undefined],
    ['has ended, and nobody collected it', [process(10, 'claude', { state: 'Z' })], {}, undefined],
    ['has ended, and another one has its pid', [process(10, 'claude', { startTime: 't11' })], {}, undefined],
    ['is an empty shell in no pane', [process(10, 'bash')], {}, undefined],
    [
      'is an empty shell in another session',
      [process(10, 'bash')],
      { panes: [pane('mine', 10, { command: 'bash' })] },
      undefined,
    ],
  ])('%s', (_, processes, changes, found) => {
    expect(evidence(remembered, processes, changes)).toBe(found)
  })
})

describe('a process that no check has seen before', () => {
  const variables = { GT_ROLE: 'deacon' }
  const claude = [process(10, 'claude')]
  const inFolder = { folder: '/town/deacon' }
  it.each<[string, readonly Process[], Shown, Partial<Machine>, string | undefined]>([
    ['is an agent with its variables', claude, shown(10, variables), {}, 'variables'],
    [
      'is a script with the name of an agent',
      [process(10, 'node /usr/bin/claude')],
      shown(10, variables),
      {},
      'variables',
    ],
    [
      'is a program that gt took for its own',
      [process(10, 'opencode')],
      shown(10, { ...variables, GT_AGENT: 'opencode' }),
      {},
      'variables',
    ],
    ['is an agent in its folder', claude, shown(10, {}, inFolder), {}, 'folder'],
    [
      'is an agent in its folder, in a session of a person',
      claude,
      shown(10, {}, inFolder),
      { panes: [pane('mine', 10)] },
      'folder',
    ],
    ['is a shell in its folder', [process(10, 'bash')], shown(10, {}, inFolder), {}, undefined],
    ['is a shell with its variables', [process(10, 'bash')], shown(10, variables), {}, undefined],
    [
      'is an interpreter that runs something else',
      [process(10, 'node server.js')],
      shown(10, { ...variables, GT_PROCESS_NAMES: 'node,claude' }),
      {},
      undefined,
    ],
    ['is an agent of another town', claude, shown(10, variables, { isOfTown: false }), {}, undefined],
    ['is another agent', claude, shown(10, { GT_ROLE: 'mayor' }, inFolder), {}, undefined],
    [
      'has its variables from a server that it started, and the folder of another agent',
      claude,
      shown(10, variables, { folder: '/town/gastown/witness' }),
      {},
      undefined,
    ],
    [
      "lives in another agent's session",
      claude,
      shown(10, variables),
      { panes: [pane('gt-gastown-witness', 10)] },
      undefined,
    ],
    ['lives in its own session', claude, shown(10, variables), { panes: [pane('gt-deacon', 10)] }, undefined],
    [
      'has ended, and nobody collected it',
      [process(10, 'claude', { state: 'Z' })],
      shown(10, variables),
      {},
      undefined,
    ],
  ])('%s', (_, processes, one, changes, found) => {
    expect(evidence({}, processes, { ...changes, shown: [one] })).toBe(found)
  })

  it('and works in its folder proves nothing where its session stood beside it', () => {
    expect(evidence({ byFolder: false }, claude, { shown: [shown(10, {}, inFolder)] })).toBeUndefined()
    expect(evidence({ byFolder: false }, claude, { shown: [shown(10, variables)] })).toBe('variables')
  })

  it('and works where several agents do proves nothing', () => {
    const { folder: _, ...others } = deacon()
    expect(evidence({ ...others, folder: undefined }, claude, { shown: [shown(10, {})] })).toBeUndefined()
  })
})

describe('what is said of such a process', () => {
  const said = (isTaken: boolean, panes: readonly Pane[], wanted: Partial<Wanted> = { remembered: ['10@t10'] }) => {
    const found = survivorOf(
      deacon(wanted),
      machine([process(10, 'claude')], { panes, shown: [shown(10, {}, { folder: '/town/deacon' })] }),
    )
    if (found === undefined) throw new Error('nothing was found')
    return survivorText(found, { sessionName: 'gt-deacon', isTaken, socket: '/tmp/my tmux/default' })
  }
  const tmux = "tmux -S '/tmp/my tmux/default'"

  it('names the rename of the session where it is all of it, by its id', () => {
    expect(said(false, [pane('it; rm -rf ~', 10)])).toBe(
      `its process "claude" (pid 10) lives on in the tmux session "it; rm -rf ~": ${tmux} rename-session -t '$12' gt-deacon puts it back`,
    )
  })

  it('names the way of the pane where other panes are in that session', () => {
    expect(said(false, [pane('mine', 10), pane('mine', 11)])).toContain(
      `${tmux} new-session -d -s gt-deacon ';' swap-pane -d -s '%10' -t =gt-deacon: puts it back`,
    )
  })

  it('names the way of the pane where another session has the name', () => {
    expect(said(true, [pane('mine', 10)])).toContain(`${tmux} swap-pane -d -s '%10' -t =gt-deacon: puts it back`)
  })

  it('names the pid where no pane shows it, or where it may be a person’s', () => {
    expect(said(false, [])).toContain('(kill 10)')
    expect(said(false, [pane('mine', 10)], {})).toContain(
      'runs in its work folder, in the tmux session "mine": the agent is started once',
    )
  })
})
