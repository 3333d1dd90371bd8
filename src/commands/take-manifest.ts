import { InstallError } from '../errors.js'
import { now } from '../ports/clock.js'
import { exists } from '../ports/files.js'
import { type Manifest, manifestFile, readManifest, setManifestAside } from '../schedulers/manifest.js'
import type { Machine } from '../schedulers/scheduler.js'

/** What was installed. A file that is broken counts as none and is moved aside (`mayChange`), with a note; one of a newer version is left to that.
 *  Throws InstallError. */
export function takeManifest({ configHome }: Machine, mayChange: boolean) {
  const found = readManifest(configHome)
  const none: Manifest = { schema: 1, schedules: {}, folders: [] }
  if (found.known) return { manifest: found.value, note: [] }
  if (/newer gt-heartbeat|cannot be read/.test(found.why) || !exists(manifestFile(configHome))) {
    throw new InstallError(`${found.why}\n  nothing was done`)
  }
  const aside = mayChange ? setManifestAside(configHome, now()) : 'installed.json.corrupt-…'
  return { manifest: none, note: [`${found.why}: it ${mayChange ? 'was' : 'would be'} moved to ${aside}`] }
}
