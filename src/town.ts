import type { Dialect } from './dialects/dialect.js'
import type { ActivitySample } from './domain/activity.js'
import type { Settings } from './domain/settings.js'
import type { Finding, Mode } from './domain/snapshot.js'
import type { ClosedGate } from './gate.js'
import type { Commands } from './ports/command.js'
import type { LedgerFile } from './ports/ledger-file.js'
import type { Log } from './ports/log.js'
import type { Programs } from './ports/program-path.js'
import type { RequestsFolder } from './ports/requests-folder.js'
import type { Tmux } from './ports/tmux.js'

export type Trigger = 'timer' | 'launchd' | 'cron' | 'manual'

/** What keeps a town from being checked at all, found when it was opened: its configuration, its dialect, the platform. */
export interface Flaw {
  readonly gate: ClosedGate
  /** Everything that is wrong, all at once. */
  readonly findings: readonly Finding[]
}

/** A town as its first questions need it: where it is, how it is spoken to, and what this check was asked for. */
export interface Doorstep {
  readonly root: string
  readonly dialect: Dialect
  /** By what its kind was decided: all of it in words, what of it the town's files said, and the programs as they were before (undefined: they were not asked). */
  readonly decided: {
    readonly from: readonly string[]
    readonly signs: readonly string[] | undefined
    readonly programs: Programs | undefined
  }
  readonly settings: Settings
  readonly mode: Mode
  readonly dryRun: boolean
  readonly runId: string
  readonly trigger: Trigger
  /** Epoch ms. */
  readonly startedAt: number
  /** From before the first child of this run. */
  readonly activity: ActivitySample
  /** The check's own environment, as it was started. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly tmux: Tmux
  readonly commands: Commands
  readonly log: Log
  readonly requests: RequestsFolder
  /** Present: nothing may be looked at or done; the gate says why. */
  readonly flaw?: Flaw
}

/** A town, opened for one check. */
export interface Town extends Doorstep {
  readonly ledger: LedgerFile
}
