import type { CarryOut } from '../domain/action.js'
import { address } from '../domain/agent.js'
import { type Claim, changeRecord, type Ledger } from '../domain/ledger.js'
import { now } from '../ports/clock.js'
import type { Performing } from './performing.js'
import { tell } from './recorded-child.js'

/** Claims a request; on disk before anything else happens. From now on it is carried out once, whoever is killed when. */
export function claimRequest(
  { town }: Performing,
  { mailId, agent, verb, session, sentAt, supersedes }: CarryOut,
): void {
  const at = now()
  const claim: Claim = {
    address: address(agent),
    verb,
    session,
    state: 'claimed',
    ...(sentAt === undefined ? {} : { sentAt }),
    claimedAt: at,
    changedAt: at,
    mailOpen: true,
    ...(supersedes ? { supersedes } : {}),
  }
  town.ledger.change((ledger) => ({ ...ledger, claims: { ...ledger.claims, [mailId]: claim } }))
}

/** Writes down how far a claimed request has come; `error`: why it is not further. */
export function moveClaim({ town }: Performing, mailId: string, move: Pick<Claim, 'state' | 'error'>): void {
  town.ledger.change((ledger) =>
    changeClaim(ledger, mailId, ({ error: _, ...claim }) => ({ ...claim, ...move, changedAt: now() })),
  )
}

/** The session of an agent that asked for its shutdown is ended: it stays down until its hook names another bead. */
export function standDown({ town }: Performing, { mailId, agent, hook }: CarryOut): void {
  const at = now()
  town.ledger.change((ledger) => {
    const killed = changeClaim(ledger, mailId, (claim) => ({ ...claim, state: 'killed', changedAt: at }))
    return changeRecord(killed, address(agent), (record) => ({ ...record, standDown: { since: at, hook } }))
  })
}

/** Takes the mail of a claimed request out of the inbox, unless that was done; gone already is as good. Returns why it
 *  is still there, or undefined: the claim stands either way. */
export async function deleteClaimedMail(
  performing: Performing,
  { mailId, agent }: CarryOut,
): Promise<string | undefined> {
  const { root, dialect, ledger } = performing.town
  if (ledger.current().claims[mailId]?.mailOpen === false) return undefined
  const deleted = await tell(performing, address(agent), dialect.deleteMail(root, mailId))
  if (!deleted.ok && !dialect.isGone(`${deleted.stdout}\n${deleted.stderr}`)) return deleted.failure
  mailIsGone(performing, mailId)
  return undefined
}

/** Writes down that the mail of a claim, if there is one, lies in the inbox no longer. */
export function mailIsGone({ town }: Performing, mailId: string): void {
  if (!town.ledger.current().claims[mailId]?.mailOpen) return
  town.ledger.change((ledger) => changeClaim(ledger, mailId, (claim) => ({ ...claim, mailOpen: false })))
}

function changeClaim(ledger: Ledger, mailId: string, change: (claim: Claim) => Claim): Ledger {
  const claim = ledger.claims[mailId]
  return claim ? { ...ledger, claims: { ...ledger.claims, [mailId]: change(claim) } } : ledger
}
