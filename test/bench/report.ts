import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'
import { version } from '../../src/version.js'
import { costOfTouching } from './measure.js'
import type { Row } from './rounds.js'

/** All figures of one run, and where they were measured. */
export interface Report {
  readonly machine: string
  readonly versions: string
  readonly at: string
  readonly figures: readonly Row[]
}

/** Adds where and with what. */
export const reportOf = (figures: readonly Row[]): Report => ({
  machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}; 4 KiB of new memory take ${costOfTouching().toFixed(1)} us`,
  versions: `gt-heartbeat ${version}, node ${process.version}, ${execFileSync('tmux', ['-V'], { encoding: 'utf8' }).trim()}`,
  at: new Date().toISOString(),
  figures,
})
