import type { Notify, Plan, Start } from '../domain/action.js'
import { inVain, type NextTry, nextTry, triedState } from '../domain/backoff.js'
import { evidenceOf, personAt } from '../domain/conditions.js'
import { recordOf } from '../domain/ledger.js'
import { blindSpot, finding, planOf, type Said } from '../domain/plan.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'

/** An agent that is down: which rule found it, by what, and who is told when it cannot be started. */
export interface Down {
  readonly sight: AgentSight
  readonly rule: string
  readonly because: string
  readonly otherwise?: Notify
}

function startOf({ sight, rule, because, otherwise }: Down): Start {
  const zombie = sight.liveness.state === 'zombie' ? sight.session?.identity : undefined
  return { kind: 'start', rule, because, agent: sight.agent, zombie, ...(otherwise === undefined ? {} : { otherwise }) }
}

function says(snapshot: Snapshot, { sight, rule }: Down, said: Omit<Said, 'rule'>): Plan {
  return planOf({ findings: [finding(sight, { rule, evidence: evidenceOf(sight, snapshot.now), ...said })] })
}

function notYet(snapshot: Snapshot, down: Down, next: Exclude<NextTry, { state: 'free' }>): Plan {
  const { state: verdict, until, count } = next
  const evidence = { ...evidenceOf(down.sight, snapshot.now), starts: count }
  const because = `${down.because}; ${inVain(recordOf(snapshot.ledger, down.sight.address).starts)}`
  return says(snapshot, down, { verdict, state: triedState(next), because, evidence, until, wantsPerson: true })
}

function deferred(snapshot: Snapshot, down: Down, person: string): Plan {
  const because = `${down.because}; left alone: ${person}`
  const start: Start = { ...startOf(down), deferred: { because: person, soon: false } }
  return {
    ...says(snapshot, down, { verdict: 'attached', state: 'blocked', because, wantsPerson: true }),
    actions: [start],
  }
}

/** Plans to start an agent that is down, unless it was told to stay down, a person is there, or its next try is not due yet. */
export function bringUp(snapshot: Snapshot, down: Down): Plan {
  const { sight } = down
  if (sight.restraint !== undefined) {
    return says(snapshot, down, {
      verdict: 'restrained',
      // Where nobody could be asked it is not down on purpose.
      state: sight.restraint.kind === 'blind' ? 'blocked' : 'paused',
      because: `${down.because}; left down: ${sight.restraint.because}`,
    })
  }
  if (!sight.folder?.known) {
    const why = sight.folder?.why ?? 'it was not looked at'
    return planOf({ blindSpots: blindSpot(snapshot, { what: `work folder of ${sight.address}`, why }) })
  }
  const person = personAt(sight.session)
  if (person !== undefined) return deferred(snapshot, down, person)
  const next = nextTry(recordOf(snapshot.ledger, sight.address).starts, snapshot.now, snapshot.settings.backoff)
  return next.state === 'free' ? planOf({ actions: [startOf(down)] }) : notYet(snapshot, down, next)
}
