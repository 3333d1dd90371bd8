import type { Agent } from './agent.js'

/** Colours of a status bar. */
export interface Theme {
  readonly name: string
  readonly background: string
  readonly foreground: string
}

const theme = (name: string, background: string, foreground: string): Theme => ({ name, background, foreground })

/** The original's palette for rigs, in its order. */
const palette: readonly Theme[] = [
  theme('ocean', '#1e3a5f', '#e0e0e0'),
  theme('forest', '#2d5a3d', '#e0e0e0'),
  theme('rust', '#8b4513', '#f5f5dc'),
  theme('plum', '#4a3050', '#e0e0e0'),
  theme('slate', '#4a5568', '#e0e0e0'),
  theme('ember', '#b33a00', '#f5f5dc'),
  theme('midnight', '#1a1a2e', '#c0c0c0'),
  theme('wine', '#722f37', '#f5f5dc'),
  theme('teal', '#0d5c63', '#e0e0e0'),
  theme('copper', '#6d4c41', '#f5f5dc'),
]
const mayors = theme('mayor', '#3d3200', '#ffd700')
const deacons = theme('deacon', '#2d1f3d', '#c0b0d0')

/** 32-bit FNV-1a of the text's UTF-8 bytes, unsigned: how a rig comes to its colours. */
export function fnv1a(text: string): number {
  let hash = 2166136261
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 16777619)
  return hash >>> 0
}

/** The colours of a rig, the same ones as the original gives it. */
export const rigTheme = (rig: string): Theme => palette[fnv1a(rig) % palette.length] ?? mayors

/** The colours of an agent: its rig's, or its own for deacon and mayor. */
export function themeOf(agent: Agent): Theme {
  if ('rig' in agent) return rigTheme(agent.rig)
  return agent.role === 'mayor' ? mayors : deacons
}

const icons = { mayor: '🎩', deacon: '🦉', witness: '👁', refinery: '🏭', crew: '👷', polecat: '😺' } as const

/** The left end of an agent's status bar: its icon and who it is, as the original words it. */
export function statusLeft(agent: Agent): string {
  return `${icons[agent.role]} ${nameOf(agent)} `
}

function nameOf(agent: Agent): string {
  switch (agent.role) {
    case 'mayor':
      return 'Mayor'
    case 'deacon':
      return 'Deacon'
    case 'witness':
    case 'refinery':
      return `${agent.rig}/${agent.role}`
    case 'crew':
      return `${agent.rig}/crew/${agent.name}`
    case 'polecat':
      return `${agent.rig}/${agent.name}`
  }
}

/** tmux commands, each an argv, that give a session its colours and status bar. */
export function statusCommands(session: string, agent: Agent): readonly (readonly string[])[] {
  const { background, foreground } = themeOf(agent)
  const options = [
    ['status-style', `bg=${background},fg=${foreground}`],
    ['status-left-length', '25'],
    ['status-left', statusLeft(agent)],
    ['status-right-length', '80'],
    ['status-interval', '5'],
    ['status-right', `#(gt status-line --session=${session} 2>/dev/null) %H:%M`],
  ]
  return options.map((option) => ['set-option', '-t', `=${session}:`, ...option])
}

interface Binding {
  readonly table: 'root' | 'prefix'
  readonly key: string
  readonly command: readonly string[]
  /** What tmux itself has there: not the user's own. */
  readonly standard?: string
}

const bindings: readonly Binding[] = [
  {
    table: 'root',
    key: 'MouseDown1StatusRight',
    command: ['display-popup', '-E', '-w', '60', '-h', '15', "gt mail peek || echo 'No unread mail'"],
  },
  { table: 'prefix', key: 'a', command: ['run-shell', 'gt feed --window'] },
  {
    table: 'prefix',
    key: 'n',
    command: ['run-shell', "gt cycle next --session '#{session_name}'"],
    standard: 'next-window',
  },
  {
    table: 'prefix',
    key: 'p',
    command: ['run-shell', "gt cycle prev --session '#{session_name}'"],
    standard: 'previous-window',
  },
]

/** tmux commands for the original's key bindings, leaving out those that are there and keys a user has bound.
 *  `listed`: what `list-keys` printed of both tables. */
export function bindingCommands(listed: string): readonly (readonly string[])[] {
  const free = bindings.filter(({ table, key, standard }) => {
    const bound = boundTo(listed, table, key)
    return bound === undefined || bound === standard
  })
  return free.map(({ table, key, command }) => ['bind-key', '-T', table, key, ...command])
}

function boundTo(listed: string, table: string, key: string): string | undefined {
  const line = new RegExp(`^bind-key\\s+(?:-r\\s+)?-T ${table}\\s+${key}\\s+(.*)$`, 'm')
  return line.exec(listed)?.[1]?.trim()
}
