import type { Plan, RecordSpawns, TriggerSpawn } from '../domain/action.js'
import { isNotUnderstood, keysLost, personAt } from '../domain/conditions.js'
import { formatAge } from '../domain/duration.js'
import { allOf, emptyPlan, planOf, sessionChange } from '../domain/plan.js'
import { quote } from '../domain/quote.js'
import type { AgentSight, Finding, PendingSpawn, Snapshot, SpawnSight } from '../domain/snapshot.js'
import { spawnSessionComplaint } from '../domain/spawn.js'
import { announcedSpawns, isGivenUp, isUnseen, polecatOf, rule, type Sights } from './announced-spawns.js'

/** One spawn and all that is known about it. */
interface Waiting {
  readonly spawn: PendingSpawn
  readonly sight: AgentSight | undefined
  readonly look: SpawnSight | undefined
  /** An earlier check began to type into its pane. */
  readonly isTyping: boolean
}

const forget = ({ spawn, sight }: Waiting, because: string): Plan =>
  planOf({ actions: [{ kind: 'forget-spawn', rule, because, agent: sight?.agent, spawn }] })

/** What is said of a polecat that is not told to begin. */
function untold({ spawn, sight }: Waiting, said: Omit<Finding, 'rule' | 'agent' | 'evidence'>): Finding {
  const because = `the new polecat ${quote(`${spawn.rig}/${spawn.polecat}`)} is not told to begin: ${said.because}`
  return { ...said, rule, agent: sight?.address, because, evidence: { mail: spawn.mailId } }
}

/** Waits for a polecat that is not ready, and gives it up once it has waited too long: that is said in the check that does it. */
function wait(waiting: Waiting, snapshot: Snapshot): Plan {
  if (!isGivenUp(waiting.spawn, snapshot)) return emptyPlan
  const { look, sight } = waiting
  const reason = look === undefined || look.prompt === 'ready' ? sight?.liveness.because : look.because
  const because = `${reason ?? 'it was not ready'}; given up after ${formatAge(snapshot.settings.spawnGrace)}`
  const findings = [untold(waiting, { verdict: 'given-up', because, wantsPerson: true })]
  return { ...forget(waiting, 'it was tried, and it has waited too long'), findings }
}

function refuse(waiting: Waiting, snapshot: Snapshot, because: string): Plan {
  const isLast = isGivenUp(waiting.spawn, snapshot)
  const wantsPerson = isLast || waiting.sight !== undefined
  return {
    actions: isLast ? forget(waiting, 'it has waited too long').actions : [],
    findings: [untold(waiting, { verdict: 'refused', because, wantsPerson })],
  }
}

/** A menu or a question stays until a person answers it: its polecat is not given up. One that may have been told is not told again. */
function block(waiting: Waiting, because: string): Plan {
  const { isTyping } = waiting
  const said = isTyping ? `${because}; an earlier check began to type, and may have told it` : because
  const actions = isTyping ? forget(waiting, 'typing was begun, and its prompt does not show it').actions : []
  return { actions, findings: [stopped(waiting, 'blocked', said)] }
}

/** What is said of a polecat that something keeps from being told; where it was put to rest, that is no warning. */
function stopped(waiting: Waiting, verdict: string, because: string): Finding {
  const isPaused = waiting.sight?.restraint !== undefined
  return untold(waiting, { verdict, state: isPaused ? 'paused' : 'blocked', because, wantsPerson: !isPaused })
}

/** Why a pane that is ready must not be typed into now. */
function notNow(sight: AgentSight, snapshot: Snapshot, planned: Plan): TriggerSpawn['deferred'] {
  const change = sessionChange(planned, sight.address)
  const reason = sight.restraint?.because ?? personAt(sight.session) ?? keysLost(sight.session)
  if (reason !== undefined) return { because: reason, soon: false }
  if (change !== undefined && change.deferred === undefined)
    return { because: 'its session is being changed', soon: true }
  if (snapshot.ledgerLost) return { because: 'the ledger that knew whether it was told was unreadable', soon: true }
  return undefined
}

function trigger(waiting: Waiting, snapshot: Snapshot, planned: Plan): Plan {
  const { spawn, sight, look } = waiting
  if (sight === undefined || sight.liveness.blind) return emptyPlan
  if (sight.liveness.state !== 'alive') return wait(waiting, snapshot)
  const enterOnly = look?.prompt === 'typed'
  const because = enterOnly
    ? 'an earlier check typed it and did not press Enter'
    : 'it was announced, and its prompt is there'
  const deferred = notNow(sight, snapshot, planned)
  const action: TriggerSpawn = { kind: 'trigger-spawn', rule, because, agent: sight.agent, spawn, enterOnly }
  if (deferred === undefined) return planOf({ actions: [action] })
  const findings = deferred.soon ? [] : [stopped(waiting, 'attached', deferred.because)]
  return planOf({ actions: [{ ...action, deferred }], findings })
}

function judge(waiting: Waiting, snapshot: Snapshot, planned: Plan): Plan {
  const { spawn, sight, look, isTyping } = waiting
  if (Object.hasOwn(snapshot.ledger.typed ?? {}, spawn.mailId)) return forget(waiting, 'it was told to begin')
  if (look?.prompt === 'gone') return forget(waiting, look.because)
  if (sight === undefined && isUnseen(spawn, snapshot)) return emptyPlan
  const complaint = spawnSessionComplaint(spawn, sight?.sessionName)
  if (complaint !== undefined) return refuse(waiting, snapshot, complaint)
  switch (look?.prompt) {
    case undefined:
      return emptyPlan
    case 'cannot-tell':
      return isNotUnderstood(sight) ? wait(waiting, snapshot) : emptyPlan
    case 'begun':
      return forget(waiting, look.because)
    case 'blocked':
      return block(waiting, look.because)
    case 'ready':
      return trigger(waiting, snapshot, planned)
    case 'typed':
      return isTyping ? trigger(waiting, snapshot, planned) : wait(waiting, snapshot)
    case 'not-ready':
      return isTyping ? forget(waiting, 'typing was begun, and its prompt does not show it') : wait(waiting, snapshot)
  }
}

/** Only the first of several spawns of one session is told to begin in a check: the next look shows what came of it. */
function onePerSession(spawns: readonly PendingSpawn[]): readonly PendingSpawn[] {
  const first = new Map(spawns.toReversed().map((spawn) => [spawn.session, spawn]))
  return spawns.filter((spawn) => spawn.session === '' || first.get(spawn.session) === spawn)
}

const keyOf = ({ mailId, session }: PendingSpawn): string => JSON.stringify([mailId, session])

/** A polecat that was announced by mail waits at its prompt until it is told to begin: once for each mail, and only in its
 *  own session. A list that cannot be read is left as it is. */
export function pendingSpawns(snapshot: Snapshot, planned: Plan): Plan {
  const { steps, pendingSpawns: pending, ledger } = snapshot
  if (!steps.pendingSpawns || !pending.known) return emptyPlan
  const sights: Sights = new Map(snapshot.agents.map((sight) => [sight.address, sight]))
  const looks = new Map(snapshot.spawns.map((look) => [keyOf(look.spawn), look]))
  const { fresh, plan } = announcedSpawns(snapshot, pending.value, sights)
  const record: RecordSpawns = {
    kind: 'record-spawns',
    rule,
    because: 'announced by mail',
    agent: undefined,
    spawns: fresh,
  }
  const waiting = onePerSession([...pending.value, ...fresh]).map((spawn): Waiting => {
    const isTyping = Object.hasOwn(ledger.typing, spawn.mailId)
    return { spawn, sight: polecatOf(spawn, sights), look: looks.get(keyOf(spawn)), isTyping }
  })
  return allOf([
    planOf({ actions: fresh.length > 0 ? [record] : [] }),
    plan,
    ...waiting.map((one) => judge(one, snapshot, planned)),
  ])
}
