import { dirname, join } from 'node:path'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { emptyLedger, type Ledger } from '../domain/ledger.js'
import { pruned } from '../domain/ledger-pruning.js'
import { demandFolder, exists, makeRoom, readJson } from './files.js'
import { ledgerSchema } from './ledger-schema.js'
import { writeText } from './write-file.js'

/** The ledger on disk. Every change is durable when `change` returns; fields that are not known are kept. */
export interface LedgerFile {
  readonly path: string
  current(): Ledger
  /** True when the file was unreadable, or is gone: what it remembered is lost. */
  readonly lost: boolean
  /** Why it was lost and where the unreadable file lies now, one line. */
  readonly complaint?: string
  /** Throws when it cannot be written; then it is unchanged here too. */
  change(change: (ledger: Ledger) => Ledger): void
}

/** How the ledger is opened. `requestMaxAge`: see `pruned`. */
interface Opening {
  readonly now: number
  readonly readOnly: boolean
  readonly requestMaxAge?: number
}

/** Opens `<town>/daemon/heartbeat/ledger.json`, in the folder that the lock has made; a town's first check writes one. `readOnly` (a dry
 *  run): changes nothing on disk, sets nothing aside. Throws when that folder is gone, a lost ledger cannot be set aside, or the new one
 *  cannot be written. */
export function openLedger(path: string, { now, readOnly, requestMaxAge }: Opening): LedgerFile {
  const found = readLedger(path)
  const read = mapKnown(found, (ledger) => lostBy(ledger ?? emptyLedger, now))
  // A town that was moved away, or unmounted, does not begin anew.
  if (!readOnly) demandFolder(dirname(path))
  let ledger = read.known ? read.value : { ...emptyLedger, lostAt: now }
  const change = (next: (ledger: Ledger) => Ledger): void => {
    const changed = pruned(next(ledger), now, requestMaxAge)
    if (!readOnly) write(path, changed)
    ledger = changed
  }
  const opened = { path, current: () => ledger, change }
  if (read.known) {
    // Before anything else that a check leaves: what lies beside a missing ledger tells that there was one.
    if (!readOnly && found.known && found.value === null) write(path, ledger)
    return { ...opened, lost: false }
  }
  const aside = readOnly ? undefined : makeRoom(path, now)
  if (!readOnly) write(path, ledger)
  return { ...opened, lost: true, complaint: aside === undefined ? read.why : `${read.why}; set aside as ${aside}` }
}

/** A ledger that was lost by a clock that ran ahead was lost by now: requests that come from now on are known to be new. */
const lostBy = (ledger: Ledger, now: number): Ledger =>
  ledger.lostAt === undefined || ledger.lostAt <= now ? ledger : { ...ledger, lostAt: now }

/** What a check leaves only after it has written its ledger, from the ledger's folder. */
const traces = ['history.jsonl', 'next', 'town.json', '../next-interval']

/** Null when there is none: that is how a town begins, unless earlier checks have left something. */
function readLedger(path: string): Known<Ledger | null> {
  const json = readJson(path)
  if (!json.known) return json
  if (json.value === null) {
    const trace = traces.map((name) => join(dirname(path), name)).find(exists)
    return trace === undefined ? known(null) : cannotTell(`${path} is missing, but earlier checks wrote ${trace}`)
  }
  const { success, data, error } = ledgerSchema.safeParse(json.value)
  if (success) return known(data)
  const [first] = error.issues
  return cannotTell(`${path} is no ledger: ${first?.path.join('.')}: ${first?.message}`)
}

function write(path: string, ledger: Ledger): void {
  try {
    writeText(path, `${JSON.stringify(ledger)}\n`)
  } catch (error) {
    throw new Error(`${path} cannot be written: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
