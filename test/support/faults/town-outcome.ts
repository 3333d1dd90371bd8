import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ledger } from '../../../src/domain/ledger.js'
import type { FakeTown } from '../fake-town.js'
import { type Issue, issuesOf } from '../issue-store.js'
import { processesOf, told } from '../leftovers.js'

/** What became of a town: all that must be the same whether a check was killed or not, without times and names made by chance. */
export interface Outcome {
  readonly agents: Readonly<Record<string, string>>
  readonly mails: readonly string[]
  readonly issues: readonly string[]
  readonly pending: string
  readonly remembered: readonly string[]
  readonly files: readonly string[]
  readonly broken: readonly string[]
}

/** The session in which each agent stood before. */
export type Sessions = ReadonlyMap<string, string>

/** Who stands where, to be compared with later. */
export const sessionsOf = (town: FakeTown): Sessions =>
  new Map(town.tmux.sessions().map(({ name, id, panePid }) => [name, `${id} ${panePid}`]))

/** How a town stands at one moment: asked once for all its agents. */
interface Moment {
  readonly town: FakeTown
  readonly before: Sessions
  readonly now: Sessions
  /** In which folders checks started an agent (the stage itself starts them with --awake). */
  readonly starts: readonly string[]
}

function momentOf(town: FakeTown, before: Sessions): Moment {
  const calls = town.programs.calls().filter(({ program, args }) => program === 'claude' && !args.includes('--awake'))
  return { town, before, now: sessionsOf(town), starts: calls.map(({ cwd }) => cwd) }
}

const heardBy = (screen: string): number => screen.match(/heard:/g)?.length ?? 0

function agentWords({ town, before, now, starts }: Moment, who: string): string {
  const name = town.session(who)
  const identity = now.get(name)
  const session =
    identity === undefined ? 'no session' : identity === before.get(name) ? 'its old session' : 'a new session'
  const started = starts.filter((folder) => folder === town.folder(who)).length
  const heard = identity === undefined ? 0 : heardBy(town.tmux.screen(name))
  const flags = Object.keys(town.flags(who)).join(' ') || 'none'
  return `${session}, started ${started} times, spoken to ${heard} times, flags: ${flags}`
}

const withoutNumbers = (text: string): string => text.replace(/\d+/g, '#')

function issueWords({ id, status, description }: Issue): string {
  const state = /^agent_state: (.*)$/m.exec(description)?.[1]
  const notes = description.match(/marked dead/gi)?.length ?? 0
  return `${id} ${status}${state === undefined ? '' : ` ${state}, ${notes} notes`}`
}

/** All that is no mail, of the town and of its rigs. */
function otherIssues(town: FakeTown): readonly Issue[] {
  const mails = new Set(town.mails().map(({ id }) => id))
  const places = ['.', ...readdirSync(town.root)].map((name) => join(town.root, name))
  const issues = places.filter((place) => existsSync(join(place, '.beads/issues'))).flatMap(issuesOf)
  return issues.filter(({ id }) => !mails.has(id))
}

/** What the checks remember; undefined when there is nothing, or nothing that can be read. */
function ledgerOf(town: FakeTown): Ledger | undefined {
  const text = town.read('daemon/heartbeat/ledger.json')
  return text !== undefined && parses(text) ? JSON.parse(text) : undefined
}

function ledgerWords(town: FakeTown): readonly string[] {
  const ledger = ledgerOf(town)
  if (ledger === undefined) return ['no ledger']
  const { claims, notices, typing, children, typed = {} } = ledger
  return [
    ...Object.values(claims).map(
      ({ address, verb, state, mailOpen }) => `${verb} of ${address}: ${state}, ${mailOpen}`,
    ),
    ...Object.values(notices).map(({ to, subject, state }) => `${withoutNumbers(subject)} to ${to}: ${state}`),
    ...[typing, typed].map((spawns) => Object.keys(spawns).join(' ')),
    ...children.map(({ program }) => `a child: ${program}`),
  ].sort()
}

const inside = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .filter((path) => !/(^|\/)\.(git|beads|runtime)(\/|$)/.test(path))

/** A file that was set aside may have been set aside twice. */
const namesOf = (paths: readonly string[]): readonly string[] =>
  [...new Set(paths.map((path) => path.replace(/\.corrupt-.*/, '.corrupt')))].sort()

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Files of the town that no program could read: JSON that does not parse, a line of ours cut off but for the last one. */
export function brokenFiles(town: FakeTown): readonly string[] {
  return inside(town.root).filter((path) => {
    const text = readFileSync(join(town.root, path), 'utf8')
    if (path.endsWith('.json')) return !parses(text)
    return path.endsWith('.jsonl') && !text.split('\n').slice(0, -1).every(parses)
  })
}

/** Lines of the history that were cut off by a kill, and stand in it since. */
export const tornLines = (town: FakeTown): number =>
  (town.read('daemon/heartbeat/history.jsonl') ?? '').split('\n').filter((line) => line !== '' && !parses(line)).length

/** What became of the town. */
export function outcomeOf(town: FakeTown, agents: readonly string[], before: Sessions): Outcome {
  const moment = momentOf(town, before)
  return {
    agents: Object.fromEntries(agents.map((who) => [who, agentWords(moment, who)])),
    mails: town
      .mails()
      .map(({ title, assignee, status }) => `${withoutNumbers(title)} to ${assignee}: ${status}`)
      .sort(),
    issues: otherIssues(town).map(issueWords).sort(),
    pending: town.read('spawn/pending.json') ?? 'none',
    remembered: ledgerWords(town),
    files: namesOf(inside(town.root)),
    // A line that was cut off stays in the history: see tornLines.
    broken: brokenFiles(town).filter((path) => path.endsWith('.json')),
  }
}

/** Agents of whom more sessions were asked for than the ledger has starts: nobody would wait before the next try. */
export function uncountedStarts(town: FakeTown, agents: readonly string[]): readonly string[] {
  const calls = town.programs.calls().filter(({ program, args }) => program === 'tmux' && args.includes('new-session'))
  const asked = calls.map(({ args }) => args[args.indexOf('-s') + 1])
  const records = ledgerOf(town)?.agents ?? {}
  return agents.filter(
    (who) => asked.filter((name) => name === town.session(who)).length > (records[who]?.starts.length ?? 0),
  )
}

const parentOf = (pid: number): number => {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

const isBelow = (pid: number, ancestor: number): boolean =>
  pid === ancestor || (pid > 1 && isBelow(parentOf(pid), ancestor))

/** Processes that have to do with the town and are neither its tmux server nor in a pane of it. */
export function strangers(town: FakeTown): readonly string[] {
  const server = town.tmux.sessions().length > 0 ? Number(town.tmux.tmux('display-message', '-p', '#{pid}')) : -1
  return processesOf(town.stage)
    .filter(({ pid }) => !isBelow(pid, server))
    .map(told)
}
