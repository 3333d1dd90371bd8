import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { type AgentStorm, stormAgents } from '../support/faults/agent-storm.js'
import { withoutWaits } from '../support/faults/busy-town.js'
import { anySeed, diceOf } from '../support/faults/dice.js'
import { cases } from '../support/faults/form.js'

const AGENT = fileURLToPath(new URL('../support/programs/menus/claude', import.meta.url))
const polecats = ['gastown/polecats/p1', 'gastown/polecats/p2'] as const
const agents = ['deacon', 'gastown/witness', ...polecats] as const

const HISTORY = 'daemon/heartbeat/history.jsonl'

interface Deed {
  readonly kind?: string
  readonly outcome?: string
  readonly detail?: { readonly mail?: string }
  readonly evidence?: { readonly mail?: string }
}

/** A town whose agents show menus, are restarted a second after they died, and are never held. */
async function raiseStormTown(kind: 'classic' | 'current'): Promise<FakeTown> {
  const town = raiseTown({ kind })
  town.programs.replace('claude', [AGENT, join(town.stage, 'typed'), kind === 'classic' ? '>' : '❯'])
  town.configure({ zombieGrace: '1s', maxStarts: 20, backoff: { initial: '1s', max: '1s', holdAfter: 100 } })
  town.addRig('gastown')
  for (const [index, who] of polecats.entries()) {
    town.addWorker(who)
    const work = `${kind === 'classic' ? 'gt' : 'ga'}-w${index}`
    const assignee = kind === 'classic' ? {} : { assignee: who }
    town.addIssue({ id: work, status: 'hooked', updated_at: new Date().toISOString(), ...assignee }, 'gastown')
    town.setBead(who, { state: 'working', hook: work })
  }
  await town.wake(...agents)
  return town
}

/** Lines that agents were given while they showed a menu. */
const typedIntoMenus = (town: FakeTown): readonly string[] => {
  const path = join(town.stage, 'typed')
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.split('\t')[1] === 'yes')
    : []
}

const deeds = (town: FakeTown): readonly Deed[] =>
  (town.read(HISTORY) ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** Milliseconds between the call with which a check begins to end a session and the end of its process. */
const takes = 2000
/** Milliseconds by which the end of a process may be seen too early. */
const blur = 60

/** When checks, or gt for them, ended a session of this name: by the tmux calls that were recorded. Epoch ms. */
function endingsOf(town: FakeTown, session: string): readonly number[] {
  const calls = join(town.stage, 'calls')
  return readdirSync(calls).flatMap((name) => {
    const words = readFileSync(join(calls, name), 'utf8')
    const isEnding =
      words.startsWith('tmux\0') && words.includes(`=${session}:`) && /kill-session|pane-died ;/.test(words)
    return isEnding ? [statSync(join(calls, name)).mtimeMs] : []
  })
}

/** Agents' processes that a check ended although the agent did not ask for it. tmux itself ends some in such a storm. */
function endedUnasked(town: FakeTown, { watch, requests, killedByStorm }: AgentStorm): readonly string[] {
  const open = [...requests]
  const ended = watch.lives.filter(({ pid, endedAt }) => endedAt !== undefined && !killedByStorm.has(pid))
  return ended.flatMap(({ who, pid, endedAt = 0 }) => {
    const byCheck = endingsOf(town, town.session(who)).some((at) => at <= endedAt + blur && endedAt - at < takes)
    const index = open.findIndex((request) => request.who === who && request.at <= endedAt)
    if (byCheck && index >= 0) open.splice(index, 1)
    return byCheck && index < 0 ? [`${who} (pid ${pid}) at ${new Date(endedAt).toISOString()}`] : []
  })
}

/** Requests that were carried out more than once, or whose mail is still open. */
function wrongRequests(town: FakeTown, { requests }: AgentStorm): readonly string[] {
  return requests.flatMap(({ who, mail }) => {
    const done = deeds(town).filter(
      ({ kind, outcome, detail, evidence }) =>
        ['cycle', 'restart'].includes(kind ?? '') &&
        outcome === 'done' &&
        [detail?.mail, evidence?.mail].includes(mail),
    )
    return [
      ...(done.length > 1 ? [`${who}: ${mail} was carried out ${done.length} times`] : []),
      ...(town.issue(mail)?.status === 'closed' ? [] : [`${who}: ${mail} is open`]),
    ]
  })
}

async function calm(town: FakeTown, storm: AgentStorm): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    town.changeLedger(withoutWaits)
    await town.run(['--once', '--quiet'])
    if (agents.every(town.isUp) && wrongRequests(town, storm).length === 0) return
  }
}

describe.each(['classic', 'current'] as const)(
  'a %s town in a storm of kills, renames, clients, menus and lost sockets',
  (kind) => {
    it('never has two processes of one agent, ends no agent unasked, types into no menu, and does each request once', {
      timeout: 900_000,
    }, async (ctx) => {
      const seed = anySeed()
      const town = await raiseStormTown(kind)
      try {
        const storm = await stormAgents(town, agents, { forMs: cases(20_000, 300_000), dice: diceOf(seed) })
        await calm(town, storm)
        storm.watch.stop()
        const wrong = {
          doubles: storm.watch.doubles,
          endedUnasked: endedUnasked(town, storm),
          typedIntoMenus: typedIntoMenus(town),
          requests: wrongRequests(town, storm),
          down: agents.filter((who) => !town.isUp(who)),
        }
        expect({ seed, ...wrong }).toEqual({
          seed,
          doubles: [],
          endedUnasked: [],
          typedIntoMenus: [],
          requests: [],
          down: [],
        })
        const killed = storm.endings.filter(({ signal }) => signal === 'SIGKILL').length
        const names = storm.events.map(({ name }) => name)
        const what = [...new Set(names)]
          .map((name) => `${names.filter((one) => one === name).length} × ${name}`)
          .join(', ')
        await ctx.annotate(`${storm.endings.length} checks, ${killed} of them killed, ${what}: seed ${seed}`)
      } finally {
        await town.end()
      }
    })
  },
)
