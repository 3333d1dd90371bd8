import type { Ailment } from '../schedulers/scheduler.js'
import { type Patient, warning } from './patient.js'

/** Whether the issue prefixes of rigs, by which some towns name sessions, are the same wherever they are written, and each rig's own. */
export async function prefixes({ place, dialect, rigs }: Patient): Promise<readonly Ailment[]> {
  return (dialect.remarks?.(place.root, rigs) ?? []).map((because) => warning('prefix', because, undefined))
}
