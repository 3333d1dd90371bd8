import type { CarryOut, Plan } from '../domain/action.js'
import { inVain, nextTry, triedState } from '../domain/backoff.js'
import { type Claim, isUnfinished, recordOf } from '../domain/ledger.js'
import { allOf, emptyPlan, planOf } from '../domain/plan.js'
import { quote } from '../domain/quote.js'
import { folderObstacle, type Request } from '../domain/request.js'
import { samePresence } from '../domain/session.js'
import type { Snapshot } from '../domain/snapshot.js'
import { deed, handsOff, left, putOff, rule, type Wait, type Wish } from './carry-out.js'

/** A claim that an earlier check left unfinished, and what is seen of its agent now. */
interface Unfinished extends Wish {
  readonly claim: Claim
}

/** The last step that is left: to end the session that the request is about, to make a new one, or only to write down
 *  that it is done, since another session stands there or none was wanted. */
function stepLeft({ claim, sight, verb }: Unfinished): 'kill' | 'start' | 'none' {
  const here = sight.session?.identity ?? 'absent'
  if (here === 'absent') return verb === 'shutdown' ? 'none' : 'start'
  return samePresence(here, claim.session) ? 'kill' : 'none'
}

/** A start that was tried since the claim has the ordinary backoff to wait for. */
function notYet({ claim, sight }: Unfinished, { ledger, now, settings }: Snapshot): Wait | undefined {
  const { starts } = recordOf(ledger, sight.address)
  if (!starts.some(({ at }) => at >= claim.claimedAt)) return undefined
  const next = nextTry(starts, now, settings.backoff)
  if (next.state === 'free') return undefined
  const because = `its session is gone; ${inVain(starts)}`
  return { verdict: next.state, state: triedState(next), because, until: next.until, wantsPerson: true }
}

function finish(snapshot: Snapshot, wish: Unfinished, clearFlag: boolean): Plan {
  const { claim, sight } = wish
  const { state, blind, because } = sight.liveness
  if (state === 'unknown')
    return blind ? emptyPlan : left(snapshot, wish, { fate: 'leave', verdict: 'not-understood', because })
  const step = stepLeft(wish)
  const planned = deed(wish, true)
  const action: CarryOut = { ...planned, session: claim.session, clearFlag: planned.clearFlag && clearFlag }
  if (step === 'none') return planOf({ actions: [action] })
  const obstacle = wish.verb === 'shutdown' ? undefined : folderObstacle(sight)
  if (obstacle !== undefined) return left(snapshot, wish, obstacle)
  const wait = handsOff(wish, snapshot) ?? (step === 'start' ? notYet(wish, snapshot) : undefined)
  return wait === undefined ? planOf({ actions: [action] }) : putOff(action, wish, wait)
}

function gone(mailId: string, { address, verb }: Claim): Plan {
  const because = `${verb} asked for by mail ${quote(mailId)}: an earlier check claimed it, and its agent is not seen in this town any more`
  return planOf({ findings: [{ rule, agent: address, verdict: 'refused', because, evidence: {}, wantsPerson: false }] })
}

/** Finishes what earlier checks claimed, by the identity of the session it was about: oldest claim first, each once. `fresh`
 *  are the requests that nobody claimed yet: the flag of one that asks for the same is not cleared under it. */
export function finishClaims(snapshot: Snapshot, fresh: readonly Request[]): Plan {
  const sights = new Map(snapshot.agents.map((sight) => [sight.address, sight]))
  const asked = new Set(fresh.map(({ sight, verb }) => `${verb} ${sight.address}`))
  const unfinished = Object.entries(snapshot.ledger.claims).filter(([, claim]) => isUnfinished(claim))
  const oldestFirst = unfinished.toSorted(([, one], [, other]) => one.claimedAt - other.claimedAt)
  return allOf(
    oldestFirst.map(([mailId, claim]) => {
      const { address, verb } = claim
      const sight = sights.get(address)
      if (sight === undefined) return snapshot.rigs.known ? gone(mailId, claim) : emptyPlan
      return finish(snapshot, { mailId, verb, sight, sentAt: claim.sentAt, claim }, !asked.has(`${verb} ${address}`))
    }),
  )
}
