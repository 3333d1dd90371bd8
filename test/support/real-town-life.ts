import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckDocument, readDocument } from './check-document.js'
import type { RealCheck, RealTown } from './real-town.js'
import { OTHER_RIG, POLECAT, RIG } from './real-town-steps.js'
import type { Call } from './stand-ins.js'
import type { SeenSession } from './tmux-stage.js'
import type { Environment } from './town-folder.js'
import { waitFor } from './wait-for.js'

/** Sessions and beads as gt names them. */
export const DEACON = 'gt-deacon'
export const WITNESS = `gt-${RIG}-witness`
export const WORKER = `gt-${RIG}-${POLECAT}`
export const WORKER_BEAD = `gt-${RIG}-polecat-${POLECAT}`

/** A check, the document it printed and the agents that began to run because of it. */
export interface LivedCheck extends RealCheck {
  readonly report: CheckDocument
  /** `<kind> <agent> <outcome>` of every action, sorted. */
  readonly deeds: readonly string[]
  readonly agents: readonly Call[]
}

export interface Bead {
  readonly status: string
  readonly description: string
}

/** A mail as the real gt lists it. */
export interface Letter {
  readonly id: string
  readonly from: string
  readonly subject: string
  readonly body: string
}

/** Who writes: the folder it works in and the names it was started with. */
export interface Writer {
  readonly folder: string
  readonly env: Environment
}

/** Everybody of the first rig and of the town, as gt starts them. */
export const WRITERS = {
  mayor: { folder: '.', env: { GT_ROLE: 'mayor' } },
  deacon: { folder: 'deacon', env: { GT_ROLE: 'deacon' } },
  witness: { folder: `${RIG}/witness`, env: { GT_ROLE: 'witness', GT_RIG: RIG } },
  refinery: { folder: `${RIG}/refinery/rig`, env: { GT_ROLE: 'refinery', GT_RIG: RIG } },
  polecat: {
    folder: `${RIG}/polecats/${POLECAT}`,
    env: { GT_ROLE: 'polecat', GT_RIG: RIG, GT_POLECAT: POLECAT },
  },
} as const satisfies Record<string, Writer>

/** What happens in a real town, and what is seen of it. */
export interface TownLife {
  /** The deacon, both witnesses and the polecat, started by the real gt. */
  everybodyAtWork(): Promise<void>
  kill(...sessions: readonly string[]): void
  session(name: string): SeenSession | undefined
  check(...words: readonly string[]): Promise<LivedCheck>
  /** A path in the town. */
  at(...parts: readonly string[]): string
  bead(folder: string, id: string): Bead
  /** What the real gt shows of somebody's inbox. */
  inbox(identity: string): readonly Letter[]
  /** A mail to the deacon that `from` sends by the real gt, in its own name. */
  writes(from: Writer, subject: string, body: string): void
  /** Adds keys to an agent's `state.json`, made when missing. */
  raiseFlags(path: string, flags: Readonly<Record<string, unknown>>): void
}

const STARTS = ['start', 'cycle', 'restart']
const startsOf = ({ actions }: CheckDocument): number =>
  actions.filter(({ kind, outcome }) => STARTS.includes(kind) && outcome === 'done').length

const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`).sort()

/** Runs a check and waits until all whom it started run. */
export async function livedCheck(
  town: Pick<RealTown, 'check' | 'claudes'>,
  words: readonly string[],
): Promise<LivedCheck> {
  const before = new Set(town.claudes().map(({ pid }) => pid))
  const agents = (): readonly Call[] => town.claudes().filter(({ pid }) => !before.has(pid))
  const ending = await town.check(...words)
  if (ending.stdout === '') throw new Error(`a check printed nothing, exit ${ending.exitCode}: ${ending.stderr}`)
  const report = readDocument(ending.stdout)
  await waitFor('the agents that were started run', () => agents().length >= startsOf(report))
  return { ...ending, report, deeds: deedsOf(report), agents: agents() }
}

async function everybodyAtWork(town: RealTown): Promise<void> {
  town.run('gt', ['deacon', 'start'])
  town.run('gt', ['witness', 'start', RIG])
  town.run('gt', ['witness', 'start', OTHER_RIG])
  town.run('gt', ['session', 'start', `${RIG}/${POLECAT}`])
  await waitFor('four agents run', () => town.claudes().length === 4)
}

function bead(town: RealTown, folder: string, id: string): Bead {
  const rows: readonly Bead[] = JSON.parse(town.run('bd', ['show', id, '--json'], { cwd: folder }))
  const [row] = rows
  if (!row) throw new Error(`no ${id} in ${folder}`)
  return row
}

/** The life of one town. */
export function townLife(town: RealTown): TownLife {
  const at = (...parts: readonly string[]): string => join(town.root, ...parts)
  return {
    at,
    everybodyAtWork: () => everybodyAtWork(town),
    kill: (...sessions) => {
      for (const name of sessions) town.tmux.tmux('kill-session', '-t', `=${name}`)
    },
    session: (name) => town.tmux.sessions().find((seen) => seen.name === name),
    check: (...words) => livedCheck(town, words),
    bead: (folder, id) => bead(town, folder, id),
    inbox: (identity) => JSON.parse(town.run('gt', ['mail', 'inbox', '--identity', identity, '--json'])) ?? [],
    writes: ({ folder, env }, subject, body) =>
      void town.run('gt', ['mail', 'send', 'deacon/', '-s', subject, '-m', body], { cwd: at(folder), env }),
    raiseFlags: (path, flags) => {
      const state: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
      writeFileSync(path, JSON.stringify({ ...Object(state), ...flags }, null, 2))
    },
  }
}
