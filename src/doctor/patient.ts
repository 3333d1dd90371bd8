import type { Dialect } from '../dialects/dialect.js'
import type { Known } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import type { Decided } from '../find-dialect.js'
import type { Place } from '../find-town.js'
import type { InPlace } from '../schedulers/in-place.js'
import type { Ailment, Machine, Schedule } from '../schedulers/scheduler.js'

type Environment = Readonly<Record<string, string | undefined>>

/** A town on a machine, to be looked at. */
export interface Patient {
  /** Epoch ms. */
  readonly now: number
  /** `env` is this terminal's. */
  readonly machine: Machine
  readonly place: Place
  /** What kind of town a check would take it for. */
  readonly decided: Decided
  /** As far as anybody can tell. */
  readonly rigs: readonly Rig[]
  /** The town as one of that kind. */
  readonly dialect: Dialect
  /** What starts checks of this town; the first one is what was installed. */
  readonly schedules: Known<readonly InPlace[]>
  /** Why some scheduler does not say what it has. */
  readonly doubts: readonly string[]
  /** What checks are started with; this terminal's environment where nothing starts them. */
  readonly checks: Environment
  /** What they run: paths, or names to be looked for on their PATH. */
  readonly programs: Schedule['programs']
  /** `a check` or `this terminal`: whose environment that is. */
  readonly whose: string
}

/** One family of findings. Changes nothing; what it cannot tell is no finding, unless that itself is one. */
export type Examine = (patient: Patient) => Promise<readonly Ailment[]>

export const error = (code: string, because: string, mend: string | undefined): Ailment => ({
  code,
  severity: 'error',
  because,
  mend,
})

export const warning = (code: string, because: string, mend: string | undefined): Ailment => ({
  code,
  severity: 'warning',
  because,
  mend,
})
