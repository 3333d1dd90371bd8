import type { Plan } from '../domain/action.js'
import {
  evidenceOf,
  isDown,
  isExcused,
  isNotUnderstood,
  isOver,
  isPolecat,
  type PolecatSight,
  pastOf,
  townsOwn,
} from '../domain/conditions.js'
import { formatAge } from '../domain/duration.js'
import { beadOf, hookOf, type Rest, restOf } from '../domain/hook.js'
import { failedDone } from '../domain/left-down-letters.js'
import { crashedPolecat, hookWords, notify, unknownWork } from '../domain/letters.js'
import { allOf, blindSpot, emptyPlan, finding, planOf, sessionChange } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'
import { bringUp } from './bring-up.js'
import { leftAlone } from './left-alone.js'
import { type Crash, delivered, leftDown, unverified } from './left-down.js'

const rule = 'crashed-polecats'

const cannotTell = (snapshot: Snapshot, what: string, why: string): Plan =>
  planOf({ blindSpots: blindSpot(snapshot, { what, why }) })

/** It cannot be started where it should work, and nobody tries. */
function homeless(snapshot: Snapshot, { sight, because }: Crash): Plan {
  const evidence = evidenceOf(sight, snapshot.now)
  return planOf({
    findings: [finding(sight, { rule, verdict: 'folder', state: 'blocked', because, evidence, wantsPerson: true })],
  })
}

/** Its witness is told as well. */
function withoutTree(snapshot: Snapshot, { sight, because }: Crash, error: string): Plan {
  const said = `${because}; ${error}`
  const letter = crashedPolecat(sight, error)
  return {
    ...homeless(snapshot, { sight, rule, because: said }),
    actions: [notify(sight, snapshot, { letter, rule, because: said })],
  }
}

function recover(snapshot: Snapshot, crash: Crash): Plan {
  const { sight, because } = crash
  const folder = sight.folder?.known ? sight.folder.value : undefined
  if (folder === 'not-a-worktree') return withoutTree(snapshot, crash, 'its work folder is not a git work tree')
  // What hangs on its hook is for stale-agents and orphaned-work.
  if (folder === 'missing')
    return homeless(snapshot, { sight, rule, because: `${because}; its work folder does not exist` })
  const otherwise = notify(sight, snapshot, { letter: crashedPolecat(sight, ''), rule, because })
  return bringUp(snapshot, { sight, rule, because, otherwise })
}

/** Nothing can be done with it, and nobody else would see that: its witness is told. */
function withoutWork(snapshot: Snapshot, sight: PolecatSight): Plan {
  const because = `bd knows no issue ${hookWords(sight)}, which is on its hook, and ${sight.liveness.because}`
  const evidence = evidenceOf(sight, snapshot.now)
  return {
    actions: [notify(sight, snapshot, { letter: unknownWork(sight), rule, because })],
    findings: [
      finding(sight, { rule, verdict: 'unknown-work', state: 'blocked', because, evidence, wantsPerson: true }),
    ],
  }
}

/** It paused its work itself: whether it goes on is for its witness to say. */
function atRest(snapshot: Snapshot, { sight, because }: Crash): Plan {
  const said = `${because}; left down: it was ending its work itself`
  const evidence = evidenceOf(sight, snapshot.now)
  return planOf({
    findings: [finding(sight, { rule, verdict: 'restrained', state: 'paused', because: said, evidence })],
  })
}

/** Its witness has a while to see to it; then it goes on by itself. */
function afterFailedDone(snapshot: Snapshot, { sight, because }: Crash, { at }: Rest): Plan {
  const { exitingGrace } = snapshot.settings
  const failed = `${because}; its gt done failed`
  const restartAt = pastOf(sight, at, snapshot) + exitingGrace
  if (snapshot.now >= restartAt) return recover(snapshot, { sight, rule, because: failed })
  const said = `${failed}; restarted after ${formatAge(exitingGrace)} if nothing happens to its work`
  const letter = failedDone(sight, restartAt)
  const shown = { rule, verdict: 'failed-done', state: 'down', because: said, until: restartAt } as const
  return leftDown(snapshot, sight, { letter, wantsPerson: true, ...shown })
}

function judgeDelivery(snapshot: Snapshot, crash: Crash): Plan {
  const { delivery } = crash.sight
  if (delivery?.known === false) return unverified(snapshot, crash, delivery.why)
  if (delivery?.known && delivery.value !== null) return delivered(snapshot, crash, delivery.value)
  const rest = restOf(crash.sight, snapshot)
  if (rest?.how === 'failed') return afterFailedDone(snapshot, crash, rest)
  return rest === undefined ? recover(snapshot, crash) : atRest(snapshot, crash)
}

/** The bead on its hook decides whether there is anything left to do. */
function judgeWork(snapshot: Snapshot, sight: PolecatSight): Plan {
  const hook = hookOf(sight)
  const because = `${hook} is on its hook, but ${sight.liveness.because}`
  if (sight.restraint !== undefined) return bringUp(snapshot, { sight, rule, because })
  if (!sight.work?.known) {
    return cannotTell(snapshot, `${hook}, hooked by ${sight.address}`, sight.work?.why ?? 'it was not asked for')
  }
  if (sight.work.value === null) return withoutWork(snapshot, sight)
  if (isOver(sight.work.value)) return emptyPlan
  return judgeDelivery(snapshot, { sight, rule, because })
}

/** Why nobody can tell whether work hangs on its hook; undefined when it is told, or need not be. */
function doubtOf({ steps }: Snapshot, { bead, hooked }: PolecatSight): string | undefined {
  if (hooked !== undefined) return hooked.known ? undefined : hooked.why
  const isUntold = !steps.workHooks && bead.known && bead.value === null
  return isUntold ? 'it is down, and no database holds a bead that says what it was doing' : undefined
}

function judgeBead(snapshot: Snapshot, sight: PolecatSight): Plan {
  const bead = beadOf(sight)
  const doubt = doubtOf(snapshot, sight)
  if (doubt !== undefined) {
    return sight.restraint === undefined ? cannotTell(snapshot, sight.address, doubt) : emptyPlan
  }
  if (!sight.bead.known || hookOf(sight) === '') return emptyPlan
  if (bead?.state === 'spawning' && bead.updatedAt === undefined) {
    return cannotTell(snapshot, sight.address, `${bead.id} says spawning, but not since when`)
  }
  return isExcused(sight, snapshot) ? emptyPlan : judgeWork(snapshot, sight)
}

/** Whether unfinished work hangs on its hook, as far as that was asked. */
function hasWork(snapshot: Snapshot, sight: PolecatSight): boolean {
  if (hookOf(sight) === '' || isExcused(sight, snapshot)) return false
  const work = sight.work?.known ? sight.work.value : undefined
  return !work || !isOver(work)
}

/** What runs in its session is an agent, or starts, or is not understood: that matters where it has work. */
function judgeSession(snapshot: Snapshot, sight: PolecatSight): Plan {
  const { restraint, hooked } = sight
  const doubt = isNotUnderstood(sight) && restraint === undefined && hooked?.known === false ? hooked.why : undefined
  if (doubt !== undefined) return cannotTell(snapshot, sight.address, doubt)
  return leftAlone(snapshot, { sight, rule, isManaged: hasWork(snapshot, sight) })
}

/** A polecat that is down with unfinished work on its hook has crashed: bring it back, or say why not. */
export function crashedPolecats(snapshot: Snapshot, planned: Plan): Plan {
  const polecats = snapshot.agents.filter(isPolecat).filter(townsOwn(snapshot))
  const undecided = polecats.filter(({ address }) => sessionChange(planned, address) === undefined)
  return allOf(
    undecided.map((sight) => (isDown(sight, snapshot) ? judgeBead(snapshot, sight) : judgeSession(snapshot, sight))),
  )
}
