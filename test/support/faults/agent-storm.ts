import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import type { FakeTown } from '../fake-town.js'
import type { Ending } from '../run-check.js'
import { waitFor } from '../wait-for.js'
import { type AgentWatch, watchAgents } from './agent-watch.js'
import { ask } from './busy-town.js'
import type { Dice } from './dice.js'

/** A request that an agent made. */
interface StormRequest {
  readonly who: string
  readonly mail: string
  readonly at: number
}

/** What happened in a storm. */
export interface AgentStorm {
  readonly watch: AgentWatch
  readonly requests: readonly StormRequest[]
  /** Processes of agents that the storm itself ended. */
  readonly killedByStorm: ReadonlySet<number>
  readonly endings: readonly Ending[]
  /** What was done to which agent, and when it was over. */
  readonly events: readonly StormEvent[]
}

interface StormEvent {
  readonly name: string
  readonly who: string
  readonly begunAt: number
  endedAt?: number
}

interface Weather {
  readonly town: FakeTown
  readonly dice: Dice
  readonly agents: readonly [string, ...string[]]
  readonly watch: AgentWatch
  readonly requests: StormRequest[]
  readonly killed: Set<number>
  isChecking: boolean
  /** No further check begins. */
  holdsChecks: boolean
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** tmux on the town's server; undefined: it refused, as it does when another event or a check was faster. */
function tmux({ town }: Weather, ...words: readonly string[]): string | undefined {
  try {
    // -N: a second server would hide the town's.
    return town.tmux.tmux('-N', ...words).trim()
  } catch {
    return undefined
  }
}

const target = ({ town }: Weather, who: string): string => `=${town.session(who)}`

function livePids({ watch }: Weather, who: string): readonly number[] {
  return watch.lives.filter((one) => one.who === who && one.endedAt === undefined).map(({ pid }) => pid)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended already.
  }
}

/** Ends an agent's processes as a crash would. */
function crash(weather: Weather, who: string): void {
  for (const pid of livePids(weather, who)) {
    weather.killed.add(pid)
    signal(pid, 'SIGKILL')
  }
}

/** Counts the processes in the panes of a target as ended by the storm. */
function claimPanes(weather: Weather, target: string): void {
  const pids = tmux(weather, 'list-panes', '-s', '-t', target, '-F', '#{pane_pid}') ?? ''
  for (const pid of pids.split('\n')) weather.killed.add(Number(pid))
}

/** Ends a person's session; a window of the agent's ends with it only if the agent has no session of its own any more. */
function endSession(weather: Weather, name: string, who: string): void {
  if (tmux(weather, 'has-session', '-t', target(weather, who)) === undefined) claimPanes(weather, name)
  tmux(weather, 'kill-session', '-t', name)
}

/** Longer than a check, so that checks run while the disturbance lasts. */
const moment = ({ dice }: Weather): Promise<void> => pause(300 + dice.roll(1200))

type Event = (weather: Weather, who: string, number: number) => void | Promise<void>

/** The disturbance during which there is no other: nothing else can reach tmux. */
const alone = 'remove the socket'

const events: readonly (readonly [string, Event])[] = [
  ['kill', crash],
  [
    'leave a shell',
    (weather, who) => {
      claimPanes(weather, target(weather, who))
      tmux(weather, 'respawn-pane', '-k', '-t', `${target(weather, who)}:`, 'sh', '-i')
    },
  ],
  [
    'rename',
    async (weather, who, number) => {
      const id = tmux(weather, 'display-message', '-p', '-t', `${target(weather, who)}:`, '#{session_id}')
      if (!id) return
      tmux(weather, 'rename-session', '-t', id, `renamed-${number}`)
      await moment(weather)
      if (tmux(weather, 'rename-session', '-t', id, weather.town.session(who)) === undefined) crash(weather, who)
    },
  ],
  [
    'join the pane to another session',
    async (weather, who, number) => {
      tmux(weather, 'new-session', '-d', '-s', `person-${number}`, 'sh', '-i')
      tmux(weather, 'join-pane', '-d', '-s', `${target(weather, who)}:`, '-t', `=person-${number}:`)
      await moment(weather)
      crash(weather, who)
      tmux(weather, 'kill-session', '-t', `=person-${number}`)
    },
  ],
  [
    'link the window',
    async (weather, who, number) => {
      tmux(weather, 'new-session', '-d', '-s', `person-${number}`, 'sh', '-i')
      tmux(weather, 'link-window', '-s', `${target(weather, who)}:`, '-t', `=person-${number}:9`)
      const client = attach(weather, `=person-${number}`)
      await moment(weather)
      client.end()
      tmux(weather, 'unlink-window', '-t', `=person-${number}:9`)
      endSession(weather, `=person-${number}`, who)
    },
  ],
  [
    'group a session',
    async (weather, who, number) => {
      tmux(weather, 'new-session', '-d', '-t', target(weather, who), '-s', `person-${number}`)
      const client = attach(weather, `=person-${number}`)
      await moment(weather)
      client.end()
      endSession(weather, `=person-${number}`, who)
    },
  ],
  [
    'attach',
    async (weather, who) => {
      const client = attach(weather, target(weather, who))
      await moment(weather)
      client.end()
    },
  ],
  [
    alone,
    async (weather) => {
      const pid = Number(tmux(weather, 'display-message', '-p', '#{pid}'))
      if (!pid) return
      // Between two checks: a start by gt that has begun already would make a second server.
      weather.holdsChecks = true
      await waitFor('no check is at work', () => !weather.isChecking)
      rmSync(weather.town.tmux.socket, { force: true })
      weather.holdsChecks = false
      await moment(weather)
      await waitFor('tmux makes its socket again', () => {
        signal(pid, 'SIGUSR1')
        return existsSync(weather.town.tmux.socket) || !existsSync(`/proc/${pid}`)
      })
    },
  ],
  [
    'show a menu',
    async (weather, who) => {
      const pids = livePids(weather, who)
      for (const pid of pids) signal(pid, 'SIGUSR2')
      await moment(weather)
      for (const pid of pids) signal(pid, 'SIGUSR1')
    },
  ],
  [
    'ask',
    async (weather, who) => {
      const { town, dice, requests } = weather
      if (livePids(weather, who).length === 0) return
      const mail = ask(town, who, dice.of(['cycle', 'cycle', 'restart']))
      requests.push({ who, mail, at: Date.now() })
      // An agent asks once: in a classic town two requests would share one flag.
      const isAnswered = () => town.issue(mail)?.status === 'closed' && Object.keys(town.flags(who)).length === 0
      await waitFor(`${who} is answered`, isAnswered, 10_000).catch(() => undefined)
    },
  ],
]

/** A person at the session: a client in control mode, which needs no terminal. */
function attach({ town }: Weather, name: string): { end(): void } {
  const words = ['-u', '-f', '/dev/null', '-S', town.tmux.socket, '-C', 'attach-session', '-t', name]
  const client = spawn('tmux', words, { env: town.env, stdio: ['pipe', 'ignore', 'ignore'] })
  client.on('error', () => undefined)
  return { end: () => void client.kill('SIGKILL') }
}

/** Checks follow one another, and some are killed at any moment. */
async function keepChecking(weather: Weather, until: number): Promise<readonly Ending[]> {
  const { town, dice } = weather
  const endings: Ending[] = []
  while (Date.now() < until) {
    await waitFor('checks may begin', () => !weather.holdsChecks)
    weather.isChecking = true
    const killAfter = dice.roll(6) === 0 ? dice.roll(500) : undefined
    let timer: NodeJS.Timeout | undefined
    const started = ({ kill }: { kill(signal: NodeJS.Signals): boolean }) => {
      if (killAfter !== undefined) timer = setTimeout(() => kill('SIGKILL'), killAfter)
    }
    endings.push(await town.run([dice.roll(4) === 0 ? '--lifecycle' : '--once', '--quiet'], { started }))
    weather.isChecking = false
    clearTimeout(timer)
  }
  return endings
}

/** Disturbs a town's agents for so many milliseconds while checks run, and waits until each disturbance is over. */
export async function stormAgents(
  town: FakeTown,
  agents: readonly [string, ...string[]],
  { forMs, dice }: { readonly forMs: number; readonly dice: Dice },
): Promise<AgentStorm> {
  const watch = watchAgents(town, agents)
  const weather: Weather = {
    town,
    dice,
    agents,
    watch,
    requests: [],
    killed: new Set(),
    isChecking: false,
    holdsChecks: false,
  }
  const until = Date.now() + forMs
  const checks = keepChecking(weather, until)
  const under = new Map<string, Promise<void>>()
  const done: StormEvent[] = []
  for (let number = 0; Date.now() < until; number += 1) {
    await pause(50 + dice.roll(300))
    const who = dice.of(agents)
    const [name, event] = dice.of(events as [(typeof events)[0], ...typeof events])
    // One disturbance of an agent at a time: each must be able to put back what it did.
    if (under.has(who) || (name === alone && under.size > 0)) continue
    const one: StormEvent = { name, who, begunAt: Date.now() }
    done.push(one)
    const over = Promise.resolve(event(weather, who, number)).finally(() => {
      one.endedAt = Date.now()
      under.delete(who)
    })
    under.set(who, over)
    if (name === alone) await over
  }
  await Promise.all(under.values())
  const endings = await checks
  return { watch, requests: weather.requests, killedByStorm: weather.killed, endings, events: done }
}
