import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Every file, folder and link below a folder, with what is in it; folders are empty texts. */
export type Contents = ReadonlyMap<string, string>

/** What lies below a folder now. */
export function contentsOf(folder: string): Contents {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return new Map(names.map((name) => [name, contentOf(join(folder, name))]))
}

function contentOf(path: string): string {
  const found = lstatSync(path)
  if (found.isSymbolicLink()) return `-> ${readlinkSync(path)}`
  return found.isFile() ? readFileSync(path, 'latin1') : ''
}

/** Paths that are there anew, or no more, or with another content. */
export const changedBetween = (before: Contents, after: Contents): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path))

/** What a check may write below a town. */
const ours =
  /^(daemon(\/.*)?|spawn(\/pending\.json)?|deacon|(mayor|deacon|[^/]+\/(witness|refinery|crew\/[^/]+|polecats\/[^/]+))\/state\.json)$/
/** What it writes whole, from nothing that stood there. */
const made = /^daemon\/(next-interval|heartbeat\/(next|lock|lock\.holder|first-questions\.json))$/
/** What it only adds to. */
const grows = /^daemon\/(daemon\.log|heartbeat\/history\.jsonl)$/

/** More than a check adds to any file, bytes. */
const enough = 1_000_000

/** What a check wrote that it must not, or lost that somebody else had written, a line each. */
export function lossesIn(before: Contents, after: Contents): readonly string[] {
  const changed = changedBetween(before, after)
  const kept = new Set(after.values())
  return changed.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)]
    if (!ours.test(path)) return [`${path} was written`]
    if (old === undefined || old === '' || made.test(path)) return []
    if (path.startsWith('daemon/requests')) return []
    if (now === undefined) return [`${path} is gone`]
    if ((now?.length ?? 0) > 3 * old.length + enough) return [`${path} has grown beyond measure`]
    if (grows.test(path)) return now.startsWith(old) ? [] : [`${path} has lost lines`]
    if (kept.has(old) && isAside(path, old, after)) return []
    if (path === 'spawn/pending.json') return changedEntries(old, now)
    return hasNote(now) || !hasNote(old) ? silently(path, old, now) : [`${path} has lost what others wrote there`]
  })
}

/** A copy of what stood there lies beside it. */
const isAside = (path: string, old: string, after: Contents): boolean =>
  [...after].some(
    ([other, text]) => text === old && other.startsWith(`${path}.corrupt`) && dirname(other) === dirname(path),
  )

const hasNote = (text: string): boolean => text.includes('"note"')

/** What is left on a list of spawns is as it was, or was put there by a check. */
function changedEntries(old: string, now: string): readonly string[] {
  const before = new Set(entriesIn(old))
  const odd = entriesIn(now).filter((entry) => !before.has(entry) && hasNote(entry))
  return isJson(old)
    ? odd.map((entry) => `the spawn ${entry} was changed`)
    : ['a broken list of spawns was written over']
}

const entriesIn = (text: string): readonly string[] =>
  isJson(text) ? [JSON.parse(text)].flat().map((entry: unknown) => JSON.stringify(entry)) : []

/** What is no JSON is not written over without a copy. */
function silently(path: string, old: string, now: string): readonly string[] {
  return isJson(old) || !isJson(now) ? [] : [`${path} was broken, and was written over without a copy`]
}

function isJson(text: string): boolean {
  try {
    JSON.parse(Buffer.from(text, 'latin1').toString('utf8'))
    return true
  } catch {
    return false
  }
}
