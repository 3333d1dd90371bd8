import type { Action, Outcome } from './action.js'
import { type Address, address, parseAddress, rigOf } from './agent.js'
import { settledStarts } from './backoff.js'
import { type AgentRecord, type Ledger, recordOf } from './ledger.js'
import { changesSession } from './plan.js'
import type { AgentSight, Snapshot } from './snapshot.js'

const DAY = 24 * 60 * 60 * 1000

/** What a look and what was done leave to be remembered of every agent. */
export function afterLook(ledger: Ledger, snapshot: Snapshot, outcomes: readonly Outcome[]): Ledger {
  const changes = new Map(outcomes.filter(triedToChange).map(({ action, outcome }) => [nameOf(action), outcome]))
  const news = snapshot.agents.flatMap((sight) => {
    const before = recordOf(ledger, sight.address)
    const record = recordAfter(before, sight, { snapshot, change: changes.get(sight.address) })
    return record === before ? [] : [[sight.address, record] as const]
  })
  const agents = news.length === 0 ? ledger.agents : { ...ledger.agents, ...Object.fromEntries(news) }
  const claims = withMailGone(ledger.claims, snapshot)
  const { server = ledger.server } = snapshot
  return withoutGone({ ...ledger, agents, claims, ...(server && { server }) }, snapshot)
}

/** A deletion of which nobody heard has worked all the same: such a claim would be kept for ever. */
function withMailGone(claims: Ledger['claims'], { mail }: Snapshot): Ledger['claims'] {
  if (!mail.known) return claims
  const there = new Set(mail.value.map(({ id }) => id))
  const seen = Object.entries(claims).map(
    ([id, claim]) => [id, claim.mailOpen && !there.has(id) ? { ...claim, mailOpen: false } : claim] as const,
  )
  return Object.fromEntries(seen)
}

const triedToChange = ({ action, outcome }: Outcome): boolean =>
  changesSession(action) && (outcome === 'done' || outcome === 'failed')

const nameOf = ({ agent }: Action): Address => (agent === undefined ? '' : address(agent))

interface Look {
  readonly snapshot: Snapshot
  /** Its session was made or ended in this check (or that failed): what was seen before is no longer so. */
  readonly change: Outcome['outcome'] | undefined
}

function recordAfter(record: AgentRecord, sight: AgentSight, { snapshot, change }: Look): AgentRecord {
  const { now, settings } = snapshot
  const same = change === undefined || (change === 'failed' && sight.liveness.state === 'dead')
  const since = same ? sinceAfter(record, sight, now) : {}
  // A start has written down its own.
  const process = change === undefined ? processAfter(record.process, sight) : record.process
  if (isAsBefore(record, since, process)) return record
  const {
    aliveSince: _alive,
    absentSince: _absent,
    unknownSince: _unknown,
    emptySince: _empty,
    process: _process,
    standDown,
    ...rest
  } = record
  const stays = standDown !== undefined && !isLifted(standDown, sight, now)
  // A clock that was set back does not make it last longer.
  const kept = {
    ...rest,
    ...since,
    ...(process === undefined ? {} : { process }),
    ...(stays ? { standDown: { ...standDown, since: past(standDown.since, now) } } : {}),
  }
  // What was not seen in this look does not count as alive in it.
  const seen = sight.liveness.state === 'alive' ? kept : rest
  return { ...kept, starts: settledStarts(seen, now, settings.backoff) }
}

/** Of most agents of a quiet town there is nothing new. */
const isAsBefore = (record: AgentRecord, since: Dated, process: string | undefined): boolean =>
  record.process === process &&
  record.starts.length === 0 &&
  record.standDown === undefined &&
  record.aliveSince === since.aliveSince &&
  record.absentSince === since.absentSince &&
  record.unknownSince === since.unknownSince &&
  record.emptySince === since.emptySince

/** A moment that is still to come counts as now. */
const past = (at: number | undefined, now: number): number => Math.min(at ?? now, now)

interface Since {
  readonly aliveSince?: number | undefined
  readonly absentSince?: number | undefined
  readonly unknownSince?: number | undefined
  readonly emptySince?: number | undefined
}

type Dated = Pick<AgentRecord, 'aliveSince' | 'absentSince' | 'unknownSince' | 'emptySince'>

/** Since when it is what it is now. A look that could not see it changes nothing; a new process is alive since its start only. */
function sinceAfter(before: Since, { liveness, session }: AgentSight, now: number): Dated {
  switch (liveness.state) {
    case 'alive':
      return { aliveSince: Math.min(now, Math.max(past(before.aliveSince, now), session?.processStartedAt ?? 0)) }
    case 'dead':
      return { absentSince: past(before.absentSince, now) }
    case 'unknown':
      return liveness.blind ? defined(before) : { unknownSince: past(before.unknownSince, now) }
    case 'starting':
    case 'zombie':
      return { emptySince: past(before.emptySince, now) }
  }
}

/** The process that must have ended before another one of the agent is started. One that has no start time cannot be known again. */
function processAfter(before: string | undefined, { liveness, session, survivor }: AgentSight): string | undefined {
  const { state, blind } = liveness
  if (survivor !== undefined) return survivor
  if (state === 'dead' || state === 'zombie') return undefined
  const seen = session?.identity.paneStart
  return blind || seen === undefined || seen.endsWith('@') ? before : seen
}

function defined({ aliveSince, absentSince, unknownSince, emptySince }: Since): Dated {
  return {
    ...(aliveSince === undefined ? {} : { aliveSince }),
    ...(absentSince === undefined ? {} : { absentSince }),
    ...(unknownSince === undefined ? {} : { unknownSince }),
    ...(emptySince === undefined ? {} : { emptySince }),
  }
}

/** Whether a stand-down on an agent's own request is over: a session of it appeared since, or its hook names another bead. */
function isLifted(standDown: NonNullable<AgentRecord['standDown']>, sight: AgentSight, now: number): boolean {
  if (sight.session !== undefined && standDown.since < now) return true
  const hook = sight.bead.known ? (sight.bead.value?.hook ?? '') : ''
  return standDown.hook !== null && hook !== '' && hook !== standDown.hook
}

/** The ledger without agents that are gone and of whom nothing is worth knowing. */
function withoutGone(ledger: Ledger, snapshot: Snapshot): Ledger {
  const look = { ...snapshot, agents: new Set(snapshot.agents.map((sight) => sight.address)) }
  const gone = Object.entries(ledger.agents).filter(([name, record]) => !isWorthKeeping(name, record, look))
  if (gone.length === 0) return ledger
  const agents = { ...ledger.agents }
  for (const [name] of gone) delete agents[name]
  return { ...ledger, agents }
}

interface Present extends Pick<Snapshot, 'rigs' | 'unlistedRigs' | 'now'> {
  readonly agents: ReadonlySet<Address>
}

function isWorthKeeping(name: Address, record: AgentRecord, { agents, rigs, unlistedRigs, now }: Present): boolean {
  const { starts } = record
  if (agents.has(name) && (starts.length > 0 || Object.keys(record).length > 1)) return true
  const agent = parseAddress(name)
  const rig = agent === undefined ? undefined : rigOf(agent)
  const unseen = !rigs.known || agent === undefined || (rig !== undefined && unlistedRigs?.includes(rig))
  return unseen || record.standDown !== undefined || starts.some(({ at }) => now - at < DAY)
}
