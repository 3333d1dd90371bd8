import { join } from 'node:path'
import { openLedger } from './ports/ledger-file.js'
import type { Doorstep, Town } from './town.js'

/** The same town with its ledger. The caller holds the lock (a dry run: knows it is free). Throws what `openLedger` throws. */
export function withLedger(town: Doorstep): Town {
  const { root, startedAt, dryRun, settings } = town
  const path = join(root, 'daemon/heartbeat/ledger.json')
  const ledger = openLedger(path, { now: startedAt, readOnly: dryRun, requestMaxAge: settings.requestMaxAge })
  return { ...town, ledger }
}
