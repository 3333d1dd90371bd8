import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { FakeTown } from '../fake-town.js'

/** An agent's process that was seen, and when it was missed. */
interface Lived {
  readonly who: string
  readonly pid: number
  readonly startTime: string
  /** The pid of the process that started it. */
  readonly parent: number
  endedAt?: number
}

/** Watches which processes of agents live, by /proc alone, so that it depends on nothing that the storm disturbs. */
export interface AgentWatch {
  /** Every process of an agent that was seen. */
  readonly lives: readonly Lived[]
  /** Each moment at which an agent had two processes. */
  readonly doubles: readonly string[]
  look(): void
  stop(): void
}

const often = 50

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ''
  }
}

/** The program that plays an agent runs in the agent's folder under this name, as `#!/bin/sh` scripts do. */
const agentName = 'claude'

/** Looks every 50 ms at the processes of these agents until it is stopped. */
export function watchAgents(town: FakeTown, agents: readonly string[]): AgentWatch {
  const folders = new Map(agents.map((who) => [town.folder(who), who]))
  const lives = new Map<string, Lived>()
  const doubles: string[] = []
  let before: ReadonlyMap<string, Lived> = new Map()
  const look = () => {
    // A script that starts a program is two processes of its name for a moment; an agent is seen twice.
    const seen = agentsIn(folders)
    const found = new Map([...seen].filter(([key]) => before.has(key)))
    before = seen
    const now = Date.now()
    for (const [key, one] of found) if (!lives.has(key)) lives.set(key, one)
    for (const [key, one] of lives)
      if (one.endedAt === undefined && !found.has(key)) {
        one.endedAt = now
      }
    for (const who of agents) {
      const pids = [...found.values()].filter((one) => one.who === who).map(({ pid }) => pid)
      if (pids.length > 1) doubles.push(`${who}: ${pids.join(' and ')}`)
    }
  }
  const timer = setInterval(look, often)
  return {
    get lives() {
      return [...lives.values()]
    },
    doubles,
    look,
    stop: () => {
      clearInterval(timer)
      look()
    },
  }
}

/** The agents' living processes by pid and start time. */
function agentsIn(folders: ReadonlyMap<string, string>): ReadonlyMap<string, Lived> {
  const found = new Map<string, Lived>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = attempt(() => readFileSync(`/proc/${name}/stat`, 'utf8'))
    const comm = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (comm !== agentName || state === 'Z') continue
    const who = folders.get(attempt(() => readlinkSync(`/proc/${name}/cwd`)))
    const startTime = rest[18] ?? ''
    if (who !== undefined)
      found.set(`${name}@${startTime}`, { who, pid: Number(name), parent: Number(rest[0]), startTime })
  }
  // A shell script forks under its own name.
  const pids = new Set([...found.values()].map(({ pid }) => pid))
  return new Map([...found].filter(([, { parent }]) => !pids.has(parent)))
}
