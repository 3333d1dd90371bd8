import type { ForgetSpawn, Outcome } from '../domain/action.js'
import { done, failed } from './outcomes.js'
import { dropPending } from './pending-file.js'
import type { Performing } from './performing.js'
import { stopTyping } from './typing.js'

/** Takes a spawn off the town's list, and out of the ledger where `Begin.` was being typed for it. */
export async function forgetSpawn(performing: Performing, action: ForgetSpawn): Promise<Outcome> {
  const complaint = dropPending(performing, action.spawn.mailId)
  if (complaint) return failed(action, complaint)
  stopTyping(performing, action.spawn.mailId)
  return done(action)
}
