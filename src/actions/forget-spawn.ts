import type { ForgetSpawn, Outcome } from '../domain/action.js'
import { done, failed } from './outcomes.js'
import { dropPending } from './pending-file.js'
import type { Performing } from './performing.js'
import { endTyping } from './typing.js'

/** Takes a spawn off the town's list. Where a check was ended while it typed `Begin.`, that counts as said: never again for this mail. */
export async function forgetSpawn(performing: Performing, action: ForgetSpawn): Promise<Outcome> {
  const complaint = dropPending(performing, action.spawn.mailId)
  if (complaint) return failed(action, complaint)
  const { mailId } = action.spawn
  if (performing.town.ledger.current().typing[mailId] !== undefined) endTyping(performing, mailId)
  return done(action)
}
