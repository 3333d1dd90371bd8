import { join } from 'node:path'
import * as z from 'zod/mini'
import { type Known, known } from '../domain/known.js'
import { InstallError } from '../errors.js'
import { readJson, removeFile, setAside } from '../ports/files.js'
import { writeThrough } from '../ports/write-file.js'

const files = z.record(z.string(), z.string().check(z.regex(/^[0-9a-f]{64}$/)))

const installedSchema = z.looseObject({
  /** The real path of the town. */
  town: z.string(),
  scheduler: z.enum(['systemd', 'launchd', 'cron']),
  version: z.string(),
  /** RFC 3339, in UTC. */
  at: z.string(),
  /** SHA-256 of what was written, by path. */
  files,
  /** Only while something is being done, and after it broke off: what the files may still be from before. */
  unfinished: z.optional(files),
})

const manifestSchema = z.looseObject({
  schema: z.literal(1),
  /** By slug. */
  schedules: z.record(z.string(), installedSchema),
  /** Folders that were made for files of schedules; they go with the last of these, where nothing else is in them. */
  folders: z._default(z.array(z.string()), []),
})

/** One schedule that was installed. */
export type Installed = z.infer<typeof installedSchema>
/** What was installed for this user. */
export type Manifest = z.infer<typeof manifestSchema>

/** The folder of everything that is generated, below `$XDG_CONFIG_HOME`. */
export const settingsFolder = (configHome: string): string => join(configHome, 'gt-heartbeat')

/** The file that says what was installed. */
export const manifestFile = (configHome: string): string => join(settingsFolder(configHome), 'installed.json')

const empty: Manifest = { schema: 1, schedules: {}, folders: [] }

/** What was installed. Cannot tell when the file cannot be read or is not what `install` writes. */
export function readManifest(configHome: string): Known<Manifest> {
  const path = manifestFile(configHome)
  const found = readJson(path)
  if (!found.known) return found
  if (found.value === null) return known(empty)
  const read = manifestSchema.safeParse(found.value)
  if (read.success) return known(read.data)
  const { schema } = z.looseObject({ schema: z.number() }).safeParse(found.value).data ?? {}
  const newer = schema !== undefined && schema > 1
  return {
    known: false,
    why: `${path} ${newer ? 'was written by a newer gt-heartbeat' : 'is not what install writes'}`,
  }
}

/** Writes it; the file goes when no schedule is left. Throws InstallError. */
export function writeManifest(configHome: string, manifest: Manifest): void {
  const path = manifestFile(configHome)
  try {
    if (Object.keys(manifest.schedules).length === 0) removeFile(path)
    else writeThrough(path, `${JSON.stringify(manifest, null, 2)}\n`, 0o600)
  } catch (error) {
    throw new InstallError(`${path} cannot be written: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}

/** A schedule with its slug, for the town with this real path. */
export const scheduleOf = (manifest: Manifest, town: string) =>
  Object.entries(manifest.schedules)
    .map(([slug, installed]) => ({ slug, installed }))
    .find(({ installed }) => installed.town === town)

/** Moves a manifest that cannot be read out of the way; returns its new name. */
export const setManifestAside = (configHome: string, now: number): string => setAside(manifestFile(configHome), now)
