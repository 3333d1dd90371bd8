import type { Ledger } from '../domain/ledger.js'

/** The ledger on disk. Every change is durable when `change` returns; fields that are not known are kept. */
export interface LedgerFile {
  readonly path: string
  current(): Ledger
  /** True when the file there was unreadable and was set aside: what it remembered is lost. */
  readonly lost: boolean
  change(change: (ledger: Ledger) => Ledger): void
}

/** Opens `<town>/daemon/heartbeat/ledger.json`. `readOnly` (a dry run): changes nothing on disk, sets nothing aside. */
export declare function openLedger(path: string, options: { readonly now: number; readonly readOnly: boolean }): LedgerFile
