import { join } from 'node:path'
import { exists } from '../ports/files.js'
import { isWritable } from '../ports/folders.js'
import { rigNames } from '../ports/rig-list.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { error, type Patient } from './patient.js'

/** Whether a check can read the town and its configuration, and write what it must remember. */
export async function town({ place }: Patient): Promise<readonly Ailment[]> {
  const rigs = rigNames(place.root)
  return [
    ...(rigs.known ? [] : [error('town-unreadable', rigs.why, undefined)]),
    ...configuration(place.flaw),
    ...folders(place.root),
  ]
}

/** A missing tmux is the terminal's; what checks have is looked at elsewhere. */
function configuration(flaw: Patient['place']['flaw']): readonly Ailment[] {
  if (flaw === undefined || flaw.gate.reason === 'unavailable') return []
  return flaw.findings.map(({ because }) => error('config-wrong', because, undefined))
}

function folders(root: string): readonly Ailment[] {
  const needed = [root, join(root, 'daemon'), join(root, 'daemon/heartbeat')].filter(exists)
  const refused = needed.find((path) => !isWritable(path))
  if (refused === undefined) return []
  const because = `${refused} cannot be written to: a check could not remember what it did`
  return [error('town-readonly', because, undefined)]
}
