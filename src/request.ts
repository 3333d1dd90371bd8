import type { Mode } from './domain/snapshot.js'
import { UsageError } from './errors.js'
import type { Volume } from './report/telling.js'
import type { SchedulerName } from './schedulers/scheduler.js'
import { splitWords } from './words.js'

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
  /** Hands over what must be ended when the program is told to stop. */
  onStop(end: () => void): void
}

/** What a command prints and exits with. */
export interface Ending {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
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

/** What the words of a command line ask for, with those of $GT_HEARTBEAT_OPTS before them. Throws UsageError. */
export function readRequest(words: readonly string[], line: string, parse: Parse): Request {
  const parsed = parse(words)
  // Help is there for whoever has to mend that line.
  if (parsed.verb === 'say') return parsed
  const before = parsed.verb === 'report-failure' ? readIfRight(line, parse) : readLine(line, parse)
  if (parsed.verb === 'options') return checkRequest(before, parsed.flags)
  const known = flagsFor[parsed.verb]
  const usable = Object.fromEntries(Object.entries(before).filter(([name]) => known.some((flag) => flag === name)))
  return { ...parsed, flags: over(usable, parsed.flags) }
}

/** A line that made a check fail must not keep that from being reported. */
function readIfRight(line: string, parse: Parse): Flags {
  try {
    return readLine(line, parse)
  } catch {
    return {}
  }
}

function readLine(line: string, parse: Parse): Flags {
  if (line.trim() === '') return {}
  const from = '$GT_HEARTBEAT_OPTS'
  const split = splitWords(line)
  if ('complaint' in split) throw new UsageError(`${from} has ${split.complaint}`)
  try {
    const parsed = parse(split.words)
    if (parsed.verb === 'options') return parsed.flags
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${from}: ${error.message}`, { cause: error }) : error
  }
  throw new UsageError(`${from}: only options of a check can stand there`)
}

function checkRequest(before: Flags, written: Flags): Request {
  const isLifecycle = written.lifecycle ?? (written.once ? false : before.lifecycle)
  const { once, lifecycle: _mode, ifDue, ...flags } = over(before, written)
  if (!isLifecycle && !once) {
    throw new UsageError('say --once for a heartbeat, --lifecycle for the requests alone, or a command such as status')
  }
  if (isLifecycle) return { verb: 'check', mode: 'lifecycle', flags }
  return { verb: 'check', mode: 'heartbeat', flags: ifDue ? { ...flags, ifDue } : flags }
}

/** The later flags win; one of -q and -v takes the place of the other. */
function over(before: Flags, { quiet, verbose, ...written }: Flags): Flags {
  const { quiet: wasQuiet, verbose: wasVerbose, ...others } = before
  const volume = quiet || verbose ? { quiet, verbose } : { quiet: wasQuiet, verbose: wasVerbose }
  return {
    ...others,
    ...written,
    ...(volume.quiet ? { quiet: true } : {}),
    ...(volume.verbose ? { verbose: true } : {}),
  }
}
