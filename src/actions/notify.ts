import type { Notify, Outcome } from '../domain/action.js'
import { address } from '../domain/agent.js'
import type { Known } from '../domain/known.js'
import type { NoticeRecord } from '../domain/ledger.js'
import { now } from '../ports/clock.js'
import { answer, type CommandResult } from '../ports/command.js'
import { blinded, done, failed, hindered, postponed, setBack } from './outcomes.js'
import type { Performing } from './performing.js'
import { ask, tell } from './recorded-child.js'
import { shortOfTime } from './time-left.js'

/** Mails a notice, once while its condition lasts: `sending` is on disk before it goes, `sent` after; one that an earlier check
 *  may have sent is looked for in the recipient's mail first. */
export async function notify(performing: Performing, action: Notify): Promise<Outcome> {
  const late = shortOfTime(performing, 2 * performing.town.settings.deadline)
  if (late) return postponed(action, late)
  const forbidden = await performing.forbidden(action.agent)
  if (forbidden) return setBack(action, hindered(forbidden))
  const earlier = performing.town.ledger.current().notices[action.key]
  const went = await wentOut(performing, earlier)
  if (!went.known) return setBack(action, blinded(`nobody can tell whether it was sent already: ${went.why}`))
  if (!earlier || !went.value) return send(performing, action, earlier)
  remember(performing, action.key, { ...earlier, state: 'sent' })
  return done(action, { mail: 'sent by an earlier check' })
}

/** Whether a notice that a check began to send and did not see sent lies in the recipient's mail. */
async function wentOut(performing: Performing, earlier: NoticeRecord | undefined): Promise<Known<boolean>> {
  if (earlier?.state !== 'sending') return { known: true, value: false }
  const { root, dialect } = performing.town
  const listed = answer(await ask(performing, dialect.listSent(root, earlier.to)))
  const subjects = listed.known ? dialect.readSubjects(listed.value) : listed
  return subjects.known ? { known: true, value: subjects.value.includes(earlier.subject) } : subjects
}

async function send(performing: Performing, action: Notify, earlier: NoticeRecord | undefined): Promise<Outcome> {
  const { root, dialect } = performing.town
  const { to, subject, body, key } = action
  const record = { at: now(), to, subject }
  remember(performing, key, { ...record, state: 'sending' })
  const sent = await tell(performing, address(action.agent), dialect.sendMail(root, { to, subject, body }))
  if (sent.ok) {
    remember(performing, key, { ...record, state: 'sent' })
    return done(action, { to })
  }
  if (isCleanFailure(sent)) remember(performing, key, earlier?.state === 'sent' ? earlier : undefined)
  return failed(action, `${subject} was not mailed to ${to}: ${sent.failure}`)
}

/** Surely not sent, so the next check tries again; of one that was killed nobody can tell. */
const isCleanFailure = (sent: CommandResult): boolean => !sent.ok && sent.kind !== 'timeout' && sent.kind !== 'signal'

function remember({ town }: Performing, key: string, record: NoticeRecord | undefined): void {
  town.ledger.change(({ notices: { [key]: _, ...notices }, ...ledger }) => ({
    ...ledger,
    notices: record ? { ...notices, [key]: record } : notices,
  }))
}
