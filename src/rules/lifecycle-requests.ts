import type { Plan } from '../domain/action.js'
import type { Address } from '../domain/agent.js'
import { type Claim, isUnfinished } from '../domain/ledger.js'
import { allOf, emptyPlan, planOf } from '../domain/plan.js'
import { quote } from '../domain/quote.js'
import { flagObstacle, type Obstacle, type Request } from '../domain/request.js'
import type { Mail, Snapshot } from '../domain/snapshot.js'
import { carryOut, left, type Wish } from './carry-out.js'
import { finishClaims } from './finish-claims.js'
import { closing, type Judged, judgeMail, signedTown } from './judge-request.js'

/** The lifecycle mails that lie in the inbox, oldest first; none when nobody can tell. */
function lifecycleMails({ mail }: Snapshot): readonly Mail[] {
  const mails = mail.known ? mail.value.filter(({ request }) => request !== undefined) : []
  return mails.toSorted((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0))
}

function claimOn({ id }: Mail, { ledger }: Snapshot): Claim | undefined {
  return Object.hasOwn(ledger.claims, id) ? ledger.claims[id] : undefined
}

/** What was carried out or given up never is again: only its mail could not be deleted yet. */
function deleteAgain(mail: Mail, snapshot: Snapshot): Plan {
  const claim = claimOn(mail, snapshot)
  if (claim === undefined || isUnfinished(claim)) return emptyPlan
  return planOf({ actions: [closing(mail, undefined, `its ${claim.verb} is ${claim.state} already`)] })
}

/** A request that gives way to another one of its agent takes its flag with it. */
function supersede({ mail, verb, sight }: Request, chosen: Omit<Wish, 'sight'>): Plan {
  const isRaised = sight.flags?.known && sight.flags.value?.requesting[verb] === true
  const because = `superseded by the ${chosen.verb} asked for by mail ${quote(chosen.mailId)}`
  const action = closing(mail, sight.agent, because)
  return planOf({ actions: [{ ...action, clearFlag: isRaised && verb !== chosen.verb ? verb : undefined }] })
}

/** A request that gave way to one that an earlier check claimed, which was ended before it could close the mail; undefined: it did not. */
function supersededBefore(mail: Mail, { ledger, agents }: Snapshot): Plan | undefined {
  const found = Object.entries(ledger.claims).find(([, { supersedes }]) => supersedes?.includes(mail.id))
  if (found === undefined || mail.request === undefined || 'complaint' in mail.request) return undefined
  const [mailId, { address, verb }] = found
  const sight = agents.find((one) => one.address === address)
  return sight && supersede({ mail, verb: mail.request.verb, sight }, { mailId, verb })
}

/** Why a request cannot be chosen. */
const refusalOf = (request: Request, snapshot: Snapshot): Obstacle | undefined =>
  request.undecided ?? flagObstacle(request, snapshot)

function leaveRefused(request: Request, snapshot: Snapshot): Plan {
  const refusal = refusalOf(request, snapshot)
  const { mail, verb, sight } = request
  return refusal === undefined ? emptyPlan : left(snapshot, { mailId: mail.id, verb, sight }, refusal)
}

/** Of all that one agent asks for, oldest first: the newest that it confirmed is carried out, the others give way to it. */
function settle(snapshot: Snapshot, requests: readonly Request[], isBusy: boolean): Plan {
  const chosen = requests.findLast((request) => refusalOf(request, snapshot) === undefined)
  const others = requests.filter((request) => request !== chosen)
  const plan = chosen === undefined || isBusy ? emptyPlan : carryOut(snapshot, chosen, others)
  if (chosen !== undefined && plan.actions.some(({ deferred }) => deferred === undefined)) {
    const { mail, verb } = chosen
    return allOf([plan, ...others.map((request) => supersede(request, { mailId: mail.id, verb }))])
  }
  return allOf([plan, ...others.map((request) => leaveRefused(request, snapshot))])
}

function byAgent(requests: readonly Request[]): ReadonlyMap<Address, readonly Request[]> {
  const groups = new Map<Address, Request[]>()
  for (const request of requests) {
    const group = groups.get(request.sight.address)
    if (group) group.push(request)
    else groups.set(request.sight.address, [request])
  }
  return groups
}

function judgeAll(mails: readonly Mail[], snapshot: Snapshot): readonly Judged[] {
  const town = signedTown(snapshot)
  return mails.map((mail) => {
    const plan = supersededBefore(mail, snapshot)
    return plan === undefined ? judgeMail(mail, town) : { plan }
  })
}

/** Agents ask by mail to be cycled, restarted or shut down: what an earlier check claimed is finished, then each agent gets
 *  what it asked for last, once, and every mail that is not carried out is closed or left with the reason. */
export function lifecycleRequests(snapshot: Snapshot): Plan {
  const mails = lifecycleMails(snapshot)
  const unclaimed = mails.filter((mail) => claimOn(mail, snapshot) === undefined)
  const judged = unclaimed.length === 0 ? [] : judgeAll(unclaimed, snapshot)
  const requests = judged.flatMap((one) => ('request' in one ? [one.request] : []))
  const fresh = requests.filter(({ undecided }) => undecided === undefined)
  const claimed = Object.values(snapshot.ledger.claims).filter(isUnfinished)
  const busy = new Set(claimed.map(({ address }) => address))
  const settled = [...byAgent(requests)].map(([address, group]) => settle(snapshot, group, busy.has(address)))
  return allOf([
    finishClaims(snapshot, fresh),
    ...mails.map((mail) => deleteAgain(mail, snapshot)),
    ...judged.flatMap((one) => ('plan' in one ? [one.plan] : [])),
    ...settled,
  ])
}
