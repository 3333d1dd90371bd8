import type { Mode } from './domain/snapshot.js'
import type { HeadStart } from './ports/head-start.js'
import type { Volume } from './report/telling.js'
import type { SchedulerName } from './schedulers/scheduler.js'

/** Options as they were written, command line over $GT_HEARTBEAT_OPTS; what was not written is not there. */
export interface Flags {
  readonly once?: boolean
  readonly lifecycle?: boolean
  readonly town?: string
  readonly ifDue?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
  /** Milliseconds. */
  readonly wait?: number
  readonly config?: string
  readonly dialect?: string
  readonly trustBeads?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly scheduler?: SchedulerName
}

/** What the command line asks for. */
export type Request =
  | { readonly verb: 'check'; readonly mode: Mode; readonly flags: Flags }
  | { readonly verb: 'status'; readonly flags: Flags }
  | { readonly verb: 'history'; readonly checks: number; readonly flags: Flags }
  | { readonly verb: 'down' | 'up'; readonly whom: string; readonly flags: Flags }
  | { readonly verb: 'install' | 'uninstall' | 'rearm' | 'doctor'; readonly flags: Flags }
  /** `failed`: what the check that failed exited with, where whoever reports knows. */
  | { readonly verb: 'report-failure'; readonly failed: number | undefined; readonly flags: Flags }
  /** Help, or the version. */
  | { readonly verb: 'say'; readonly text: string; readonly exitCode: number }

/** One of the requests, by its verb. */
export type RequestTo<V extends Request['verb']> = Extract<Request, { readonly verb: V }>

/** What a command runs in. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Stdout is a terminal that may have colour. */
  readonly colour: boolean
  readonly platform: NodeJS.Platform
  /** What bd was asked before the program was loaded. */
  readonly headStart?: HeadStart | undefined
  /** Hands over what must be ended when the program is told to stop. */
  onStop(end: () => void): void
}

/** What a command prints and exits with. */
export interface Ending {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  /** Priority of each line of stdout in the system log, where it is not that of the exit code. */
  readonly priorities?: readonly number[]
}

/** How much is told. */
export function volumeOf({ quiet, verbose }: Flags): Volume {
  if (quiet) return 'quiet'
  return verbose ? 'verbose' : 'normal'
}

/** Lines as text; no lines, no text. */
export const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** The words of one line of options, without $GT_HEARTBEAT_OPTS: a verb with its flags, flags of a check, or help. */
export type Parsed = Exclude<Request, { readonly verb: 'check' }> | { readonly verb: 'options'; readonly flags: Flags }

/** Reads words as commander does; throws UsageError. */
export type Parse = (words: readonly string[]) => Parsed

/** The flags that a verb knows. */
export const flagsFor: Readonly<Record<Exclude<Request['verb'], 'check' | 'say'>, readonly (keyof Flags)[]>> = {
  status: ['town', 'config', 'json', 'quiet', 'verbose'],
  history: ['town', 'config', 'json', 'quiet', 'verbose'],
  down: ['town', 'config', 'quiet', 'verbose'],
  up: ['town', 'config', 'quiet', 'verbose'],
  install: ['town', 'config', 'dryRun', 'json', 'quiet', 'verbose', 'scheduler'],
  uninstall: ['town', 'config', 'dryRun', 'quiet', 'verbose', 'scheduler'],
  rearm: ['town', 'config', 'dryRun', 'quiet', 'verbose'],
  doctor: ['town', 'config', 'json', 'quiet', 'verbose'],
  'report-failure': ['town', 'config', 'dryRun', 'quiet', 'verbose'],
}
