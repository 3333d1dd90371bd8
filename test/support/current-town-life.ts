import { join } from 'node:path'
import type { CurrentTown } from './current-town.js'
import { CREW, POLECAT, PREFIX, RIG } from './current-town-steps.js'
import { type LivedCheck, livedCheck, type Writer } from './real-town-life.js'
import type { SeenSession } from './tmux-stage.js'
import { waitFor } from './wait-for.js'

/** Sessions as gt names them. */
export const DEACON = 'hq-deacon'
export const MAYOR = 'hq-mayor'
export const WITNESS = `${PREFIX}-witness`
export const REFINERY = `${PREFIX}-refinery`
export const WORKER = `${PREFIX}-${POLECAT}`
export const MEMBER = `${PREFIX}-crew-${CREW}`

const writer = (folder: string, role = folder): Writer => ({ folder, env: { GT_ROLE: role, BD_ACTOR: role } })

/** Everybody, as gt starts them. */
export const WRITERS = {
  mayor: writer('mayor'),
  deacon: writer('deacon'),
  witness: writer(`${RIG}/witness`),
  refinery: writer(`${RIG}/refinery/rig`, `${RIG}/refinery`),
  crew: writer(`${RIG}/crew/${CREW}`),
  polecat: writer(`${RIG}/polecats/${POLECAT}/${RIG}`, `${RIG}/polecats/${POLECAT}`),
} as const satisfies Record<string, Writer>

/** A mail as the real bd lists it: unlike gt, it leaves no mark that somebody looked. */
export interface Letter {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly created_by: string
  readonly created_at: string
}

/** A polecat as the real gt lists it. */
export interface ListedPolecat {
  readonly name: string
  readonly state: string
  readonly issue?: string
  readonly session_running: boolean
}

/** What happens in a real town of today, and what is seen of it. */
export interface CurrentLife {
  /** The deacon, the witness and the polecat, started by the real gt. */
  everybodyAtWork(): Promise<void>
  kill(...sessions: readonly string[]): void
  session(name: string): SeenSession | undefined
  check(...words: readonly string[]): Promise<LivedCheck>
  /** A path in the town. */
  at(...parts: readonly string[]): string
  /** Open mail. */
  inbox(identity: string): readonly Letter[]
  /** A mail to the deacon that `from` sends by the real gt, in its own name; returns its id. */
  writes(from: Writer, subject: string, body: string): string
  /** What `gt polecat list` says of the rig's polecats. */
  polecats(): readonly ListedPolecat[]
  /** What `gt hook show` says is on the polecat's hook. */
  hook(): string | undefined
}

const LIST_MAIL = ['--readonly', 'list', '--label', 'gt:message', '--status', 'open', '--json', '--limit', '0']

async function everybodyAtWork(town: CurrentTown): Promise<void> {
  town.run('gt', ['deacon', 'start'])
  town.run('gt', ['witness', 'start', RIG])
  town.run('gt', ['session', 'restart', `${RIG}/${POLECAT}`])
  await waitFor('three agents run', () => town.claudes().length === 3)
}

/** The life of one town. */
export function currentLife(town: CurrentTown): CurrentLife {
  const at = (...parts: readonly string[]): string => join(town.root, ...parts)
  const inbox = (identity: string): readonly Letter[] =>
    JSON.parse(town.run('bd', [...LIST_MAIL, '--assignee', identity]))
  return {
    at,
    inbox,
    everybodyAtWork: () => everybodyAtWork(town),
    kill: (...sessions) => {
      for (const name of sessions) town.tmux.tmux('kill-session', '-t', `=${name}`)
    },
    session: (name) => town.tmux.sessions().find((seen) => seen.name === name),
    check: (...words) => livedCheck(town, words),
    writes: ({ folder, env }, subject, body) => {
      const before = new Set(inbox('deacon/').map(({ id }) => id))
      town.run('gt', ['mail', 'send', 'deacon/', '-s', subject, '-m', body, '--no-notify'], { cwd: at(folder), env })
      const sent = inbox('deacon/').find(({ id }) => !before.has(id))
      if (!sent) throw new Error(`${subject} did not arrive`)
      return sent.id
    },
    polecats: () => JSON.parse(town.run('gt', ['polecat', 'list', '--all', '--json'])),
    hook: () => JSON.parse(town.run('gt', ['hook', 'show', `${RIG}/polecats/${POLECAT}`, '--json'])).bead_id,
  }
}
