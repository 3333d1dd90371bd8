import type { Report } from '../../../src/report-schema.js'
import { readReport } from '../check-document.js'
import type { FakeTown } from '../fake-town.js'
import type { RunOptions } from '../run-check.js'
import type { StageKindName } from '../stage-kind.js'
import { type BusyTown, done, raiseBusyTown } from './busy-town.js'

/** What became of a check on a machine with which something is wrong. */
export interface Strained {
  /** Null: it was ended by a signal. */
  readonly exitCode: number | null
  readonly stderr: string
  /** Undefined: it printed nothing at all. */
  readonly document: Report | undefined
}

const stackTrace = /^ +at .*[:(]/m

/** Runs one check. Throws when it printed anything but one document of the schema, an exit code that is not the worst of what this
 *  tells, or a stack trace. */
export async function strained(town: FakeTown, options: Partial<RunOptions> = {}): Promise<Strained> {
  const { stdout, stderr, exitCode } = await town.run(['--once', '--json'], options)
  if (stackTrace.test(stderr)) throw new Error(`a stack trace: ${stderr}`)
  const document = stdout === '' ? undefined : readReport(stdout)
  if (document && (document.exitCode !== exitCode || !worstOf(document).includes(document.exitCode)))
    throw new Error(`exit code ${exitCode}: ${stdout}`)
  return { exitCode, stderr, document }
}

/** The exit codes that the table of the README has for what a document tells; two where it does not tell enough. */
function worstOf({ gate, actions, blindSpots, findings, exitCode }: Report): readonly number[] {
  if (!gate.open) return [exitCode]
  if (actions.some(({ outcome }) => outcome === 'failed')) return [2]
  if (blindSpots.some((spot) => 'missingProgram' in spot)) return [69]
  if (blindSpots.length > 0) return [3]
  if (findings.some(({ wantsPerson }) => wantsPerson)) return [1]
  return actions.some(({ outcome }) => outcome === 'deferred') ? [0, 1] : [0]
}

/** A town in which there is something to do of every kind, and time enough for it on a machine that is busy with other things. */
export async function raisePatientTown(kind: StageKindName): Promise<BusyTown> {
  const town = await raiseBusyTown(kind)
  town.configure({ deadline: '8s', startDeadline: '10s', runDeadline: '80s' })
  return town
}

/** Lets ordinary checks come, waits being over, until all is done in the town. Returns what is still wrong after six of them. */
export async function settled(town: BusyTown, allowed = /^$/): Promise<readonly string[]> {
  const wrong = (): readonly string[] => town.wrong().filter((what) => !allowed.test(what))
  for (let left = 6; left > 0 && wrong().length > 0; left -= 1) {
    if (town.read('daemon/heartbeat/ledger.json') !== undefined) town.forgetWaits()
    await strained(town)
  }
  return wrong()
}

/** Why something was not done or not seen, as one text. */
export const reasons = ({ document }: Strained): string =>
  [
    ...(document?.blindSpots.map(({ what, why }) => `${what}: ${why}`) ?? []),
    ...(document?.actions.flatMap(({ error, deferred }) => error ?? deferred ?? []) ?? []),
    document?.gate.because ?? '',
  ].join('\n')

/** What a check did; nothing where it printed no document. */
export const deeds = ({ document }: Strained): readonly string[] => (document ? done(document) : [])
