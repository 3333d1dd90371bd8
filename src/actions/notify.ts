import type { Notify, Outcome } from '../domain/action.js'
import { address } from '../domain/agent.js'
import { type Known, known } from '../domain/known.js'
import type { NoticeRecord } from '../domain/ledger.js'
import { redactionFor } from '../domain/redaction.js'
import type { SentMail } from '../domain/snapshot.js'
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
  const earlier = performing.town.ledger.current().notices[action.key] ?? perhapsSent(performing, action)
  const went = await wentOut(performing, earlier)
  if (!went.known) return setBack(action, blinded(`nobody can tell whether it was sent already: ${went.why}`))
  if (!earlier || !went.value) return send(performing, action, earlier)
  remember(performing, action.key, { ...earlier, state: 'sent', at: went.value.createdAt ?? now() })
  return done(action, { mail: 'sent by an earlier check' })
}

/** What a ledger that was lost lately may have held. */
function perhapsSent({ town }: Performing, { to, subject }: Notify): NoticeRecord | undefined {
  const { lostAt } = town.ledger.current()
  const { noticeRepeat } = town.settings
  if (lostAt === undefined || now() - lostAt >= noticeRepeat) return undefined
  return { state: 'sending', at: lostAt - noticeRepeat, to, subject: redactionFor(town.env)(subject) }
}

/** The mail of a notice that a check began to send and did not see sent, where it lies in the recipient's mail. */
async function wentOut(
  performing: Performing,
  earlier: NoticeRecord | undefined,
): Promise<Known<SentMail | undefined>> {
  if (earlier?.state !== 'sending') return known(undefined)
  const { root, dialect } = performing.town
  const listed = answer(await ask(performing, dialect.listSent(root, earlier.to)))
  const mails = listed.known ? dialect.readSent(listed.value) : listed
  return mails.known ? known(mails.value.findLast((mail) => isThis(mail, earlier))) : mails
}

/** A database may keep whole seconds only, rounded. */
const rounding = 1000

/** An older mail of the same words told the same the last time. */
const isThis = ({ subject, createdAt }: SentMail, earlier: NoticeRecord): boolean =>
  subject === earlier.subject && (createdAt === undefined || createdAt + rounding >= earlier.at)

async function send(performing: Performing, action: Notify, earlier: NoticeRecord | undefined): Promise<Outcome> {
  const { root, dialect, env } = performing.town
  const { to, key } = action
  const redact = redactionFor(env)
  const [subject, body] = [redact(action.subject), redact(action.body)]
  const record = { at: now(), to, subject }
  remember(performing, key, { ...record, state: 'sending' })
  const sent = await tell(performing, address(action.agent), dialect.sendMail(root, { to, subject, body }))
  const complaint = complaintOf(sent)
  if (complaint === undefined) {
    remember(performing, key, { ...record, state: 'sent' })
    return done(action, { to })
  }
  if (neverBegan(sent)) remember(performing, key, earlier?.state === 'sent' ? earlier : undefined)
  return failed(action, `${subject} was not mailed to ${to}: ${complaint}`)
}

/** Why it may not have gone out; undefined: it has. gt can end well and have failed. */
function complaintOf(sent: CommandResult): string | undefined {
  if (!sent.ok) return sent.failure
  return /^[ \t]*error:.*$/im.exec(`${sent.stdout}\n${sent.stderr}`)?.[0].trim()
}

/** Surely not sent. Of any other failure nobody can tell: it may have come after the mail was written. */
const neverBegan = (sent: CommandResult): boolean =>
  !sent.ok && (sent.kind === 'missing' || sent.kind === 'not-started')

function remember({ town }: Performing, key: string, record: NoticeRecord | undefined): void {
  town.ledger.change(({ notices: { [key]: _, ...notices }, ...ledger }) => ({
    ...ledger,
    notices: record ? { ...notices, [key]: record } : notices,
  }))
}
