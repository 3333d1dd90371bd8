import type { PolecatSight } from './conditions.js'
import { hookWords, type Letter, oneLine } from './letters.js'
import type { Delivery } from './snapshot.js'

const delivered = {
  merged: { kind: 'MERGED_WORK', says: 'is merged', action: 'Close the work, or put other work on its hook.' },
  submitted: {
    kind: 'SUBMITTED_WORK',
    says: 'is submitted',
    action: 'Have the merge request handled, or close it if the polecat shall go on.',
  },
} as const

/** A polecat is down, and its work is merged or submitted although it is still open; the original daemon knew no such notice. */
export function deliveredWork(sight: PolecatSight, { how, because }: Delivery): Letter {
  const { rig, name } = sight.agent
  const { kind, says, action } = delivered[how]
  return {
    kind,
    subject: `${kind}: the work of ${rig}/${name} ${says} but still open`,
    body: [
      `Polecat ${name} is down. It is not restarted, because it would submit the same work again.`,
      '',
      `hook_bead: ${hookWords(sight)}`,
      `evidence: ${oneLine(because)}`,
      '',
      `Action needed: ${action}`,
    ].join('\n'),
  }
}

/** A polecat is down, and it is not known whether its work is merged or submitted; the original daemon knew no such notice. */
export function unverifiedWork(sight: PolecatSight, why: string): Letter {
  const { rig, name } = sight.agent
  return {
    kind: 'UNVERIFIED_WORK',
    subject: `UNVERIFIED_WORK: ${rig}/${name} is down, and its work may be merged already`,
    body: [
      `Polecat ${name} is down. It is not restarted until the check can tell whether its work is merged or submitted.`,
      '',
      `hook_bead: ${hookWords(sight)}`,
      `reason: ${oneLine(why)}`,
      '',
      `Action needed: Look at its work folder. To restart the polecat, type: gt session start ${rig}/${name}`,
    ].join('\n'),
  }
}

/** A polecat is down since its gt done failed; the original daemon knew no such notice. */
export function failedDone(sight: PolecatSight, restartAt: number): Letter {
  const { rig, name } = sight.agent
  return {
    kind: 'FAILED_DONE',
    subject: `FAILED_DONE: gt done of ${rig}/${name} failed`,
    body: [
      `Polecat ${name} is down, and gt done did not finish: the work is still open.`,
      '',
      `hook_bead: ${hookWords(sight)}`,
      `restart_at: ${new Date(restartAt).toISOString()}`,
      '',
      'Action needed: Finish or reassign the work. If nothing happens to it, the polecat is restarted.',
    ].join('\n'),
  }
}
