import type * as z from 'zod'
import { closest } from './config/closest.js'
import { type Config, configKeys, configSchema } from './config/schema.js'
import { distrustOf } from './distrust.js'
import type { Settings } from './domain/settings.js'
import type { Complaint } from './errors.js'
import { readJson } from './ports/files.js'

/** What flags and $GT_HEARTBEAT_OPTS say; they outweigh the file. */
export interface Overrides {
  readonly dialect?: string | undefined
  readonly trustBeads?: boolean | undefined
}

export interface ConfigFile {
  readonly path: string
  /** A person named it: then it must be there. */
  readonly named: boolean
}

export interface Configuration {
  /** The defaults where the file is wrong. */
  readonly settings: Settings
  /** Everything that is wrong with it, all at once. */
  readonly complaints: readonly Complaint[]
}

/** The settings of a check: flag over environment over file over default. Never throws: what is wrong is in `complaints`. */
export function configure(file: ConfigFile, overrides: Overrides): Configuration {
  const distrusted = distrustOf(file.path)
  if (distrusted !== undefined) return broken(file, overrides, distrusted)
  const found = readJson(file.path)
  if (!found.known) return broken(file, overrides, found.why)
  if (found.value === null && file.named) return broken(file, overrides, 'there is no such file')
  return checkConfig(file.path, found.value ?? {}, overrides)
}

/** The same for the content of a file that was read already. */
export function checkConfig(path: string, content: unknown, overrides: Overrides = {}): Configuration {
  const parsed = configSchema.safeParse(content)
  const config = parsed.success ? parsed.data : configSchema.parse({})
  const wrong = parsed.success ? deadlineComplaints(config) : parsed.error.issues.flatMap(complaintsOf)
  return {
    settings: settingsOf(config, overrides),
    complaints: wrong.map((complaint) => ({ file: path, ...complaint })),
  }
}

function broken({ path }: ConfigFile, overrides: Overrides, what: string): Configuration {
  const { settings } = checkConfig(path, {}, overrides)
  return { settings, complaints: [{ file: path, key: '', what }] }
}

function settingsOf(config: Config, { dialect, trustBeads }: Overrides): Settings {
  const { $schema: _forEditors, ...keys } = config
  return {
    ...keys,
    onFailure: config.onFailure,
    metrics: config.metrics,
    tmuxSocket: config.tmuxSocket,
    dialect: dialect ?? config.dialect,
    trustBeads: trustBeads ?? config.trustBeads,
  }
}

type Wrong = Omit<Complaint, 'file'>

function deadlineComplaints({ deadline, startDeadline, runDeadline }: Config): readonly Wrong[] {
  const parts = { deadline, startDeadline }
  return Object.entries(parts)
    .filter(([, time]) => time > runDeadline)
    .map(([key]) => ({ key, what: 'is longer than runDeadline, the deadline of the whole check' }))
}

function complaintsOf(issue: z.core.$ZodIssue): readonly Wrong[] {
  const at = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ key: at.join('.'), what: issue.message }]
  return issue.keys.map((key) => ({ key: [...at, key].join('.'), what: unknownKey(key, at) }))
}

function unknownKey(key: string, at: readonly string[]): string {
  const meant = at.length === 0 ? closest(key, configKeys) : undefined
  return meant === undefined
    ? 'is not a key of the configuration'
    : `is not a key of the configuration: was ${meant} meant?`
}
