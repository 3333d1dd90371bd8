import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeTown } from '../fake-town.js'
import type { StageKindName } from '../stage-kind.js'
import type { Environment } from '../town-folder.js'
import { waitFor } from '../wait-for.js'
import type { Outcome } from './town-outcome.js'

/** A town about to be checked. */
export interface Scene {
  readonly title: string
  readonly kind: StageKindName
  /** Everybody of whom is told what became of them. */
  readonly agents: readonly string[]
  /** The points that every test run tries; the others, and scenes without such, are for the long form. */
  readonly sample?: RegExp
  /** The words of the check that is killed; --once unless said otherwise. */
  readonly args?: readonly string[]
  /** What its environment has besides. */
  readonly env?: Environment
  arrange(town: FakeTown): Promise<void>
  /** What must come of it, killed or not, besides being the same. */
  readonly ends: Partial<Pick<Outcome, 'agents' | 'mails' | 'issues'>>
}

/** Nobody did anything to it. */
export const untouched = 'its old session, started 0 times, spoken to 0 times, flags: none'
/** Brought up once. */
export const startedOnce = 'a new session, started 1 times, spoken to 0 times, flags: none'
/** Down, and nobody started it. */
export const down = 'no session, started 0 times, spoken to 0 times, flags: none'

interface Asking {
  readonly verb: string
  readonly id: string
  readonly secondsAgo?: number
}

/** An agent asks as the real ones do: its flag is set, then a mail to the deacon. */
export function ask(town: FakeTown, who: string, { verb, id, secondsAgo = 0 }: Asking): void {
  if (town.kind === 'classic') town.raiseFlag(who, verb)
  town.sendMail({ id, from: who, subject: 'LIFECYCLE: x', body: JSON.stringify({ action: verb }), secondsAgo })
}

/** More than a second later: what stands by then is older than a second. */
export async function aSecondLater(): Promise<void> {
  const since = Date.now()
  await waitFor('a second is over', () => Date.now() > since + 1050)
}

/** Later by the clock of the town's mail: that of a current town is dated in whole seconds, up or down. */
export async function aMomentLater({ kind }: FakeTown): Promise<void> {
  const now = () => (kind === 'current' ? Math.round(Date.now() / 1000) : Date.now())
  const before = now()
  await waitFor('the next moment', () => now() > before)
}

/** Somebody else pushes a commit to the rig of a worker. */
export function pushACommit(town: FakeTown, rig: string): void {
  const origin = join(town.stage, 'git', rig, 'origin')
  writeFileSync(join(origin, 'NEWS'), 'new\n')
  for (const words of [
    ['add', '.'],
    ['commit', '-q', '-m', 'The second'],
  ])
    execFileSync('git', words, { cwd: origin, env: town.env })
}

export const longAgo = (): Date => new Date(Date.now() - 48 * 3_600_000)
