import type { CloseMail, Outcome } from '../domain/action.js'
import { type Address, address } from '../domain/agent.js'
import { mailIsGone } from './claims.js'
import { clearFlag } from './clear-flag.js'
import { blinded, done, failed, postponed, setBack } from './outcomes.js'
import type { Performing } from './performing.js'
import { tell } from './recorded-child.js'
import { shortOfTime } from './time-left.js'

/** Closes a mail that needs nothing more, and takes the flag of a superseded request with it: the flag first, since nobody would look
 *  for it once the mail is gone. */
export async function closeMail(performing: Performing, action: CloseMail): Promise<Outcome> {
  const { agent, mailId } = action
  const late = shortOfTime(performing, performing.town.settings.deadline)
  if (late) return postponed(action, late)
  const flagStays = agent && action.clearFlag ? clearFlag(performing, agent, action.clearFlag) : undefined
  const error = await takeOut(performing, mailId, agent ? address(agent) : '')
  // The store does not take it, so nobody can tell what lies there.
  if (error) return setBack(action, blinded(error))
  return flagStays ? failed(action, `closed, but its flag could not be cleared: ${flagStays}`) : done(action)
}

/** Takes a mail out of the deacon's inbox; gone already is as good. Returns why it is still there, or undefined. */
export async function takeOut(performing: Performing, mailId: string, about: Address): Promise<string | undefined> {
  const { root, dialect } = performing.town
  const closed = await tell(performing, about, dialect.closeMail(root, mailId))
  if (!closed.ok && !dialect.isGone(`${closed.stdout}\n${closed.stderr}`)) return closed.failure
  mailIsGone(performing, mailId)
  return undefined
}
