import type { Outcome, RecordSpawns } from '../domain/action.js'
import { takeOut } from './close-mail.js'
import { done, failed } from './outcomes.js'
import { addPending } from './pending-file.js'
import type { Performing } from './performing.js'
import { shortOfTime } from './time-left.js'

/** Puts announced spawns on the town's list, and only when that is on disk closes the mails that announced them. */
export async function recordSpawns(performing: Performing, action: RecordSpawns): Promise<Outcome> {
  const complaint = addPending(performing, action.spawns)
  if (complaint) return failed(action, `the mails stay open: ${complaint}`)
  const errors: string[] = []
  for (const { mailId } of action.spawns) {
    // A mail that stays open is closed by a later check: its spawn is on the list already.
    if (shortOfTime(performing, performing.town.settings.deadline)) break
    const error = await takeOut(performing, mailId, '')
    if (error) errors.push(error)
  }
  return errors.length > 0 ? failed(action, `recorded, but their mails stay open: ${errors[0]}`) : done(action)
}
