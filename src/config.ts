import type * as z from 'zod/mini'
import { closest } from './config/closest.js'
import { type Config, configKeys, configSchema } from './config/schema.js'
import { distrustOf } from './distrust.js'
import { defaultSettings, type Settings } from './domain/settings.js'
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
  if (found.value !== null) return checkConfig(file.path, found.value, overrides)
  return { settings: overridden(defaultSettings, overrides), complaints: [] }
}

/** The same for the content of a file that was read already. */
export function checkConfig(path: string, content: unknown, overrides: Overrides = {}): Configuration {
  const parsed = configSchema.safeParse(content)
  const wrong = parsed.success ? deadlineComplaints(parsed.data) : parsed.error.issues.flatMap(complaintsOf)
  return {
    settings: overridden(parsed.success ? settingsOf(parsed.data) : defaultSettings, overrides),
    complaints: wrong.map((complaint) => ({ file: path, ...complaint })),
  }
}

function broken({ path }: ConfigFile, overrides: Overrides, what: string): Configuration {
  return { settings: overridden(defaultSettings, overrides), complaints: [{ file: path, key: '', what }] }
}

function settingsOf({ $schema: _forEditors, ...config }: Config): Settings {
  const { onFailure, metrics, tmuxSocket, dialect } = config
  return { ...config, onFailure, metrics, tmuxSocket, dialect }
}

const overridden = (settings: Settings, { dialect, trustBeads }: Overrides): Settings => ({
  ...settings,
  dialect: dialect ?? settings.dialect,
  trustBeads: trustBeads ?? settings.trustBeads,
})

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
  const meant = at.length === 0 ? closest(key, configKeys()) : undefined
  return meant === undefined
    ? 'is not a key of the configuration'
    : `is not a key of the configuration: was ${meant} meant?`
}
