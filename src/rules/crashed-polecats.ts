import type { Plan } from '../domain/action.js'
import {
  beadOf,
  evidenceOf,
  isDown,
  isExcused,
  isOfTown,
  isOver,
  isPolecat,
  type PolecatSight,
} from '../domain/conditions.js'
import { crashedPolecat, notify } from '../domain/letters.js'
import { allOf, blindSpot, emptyPlan, finding, planOf, sessionChange } from '../domain/plan.js'
import type { AgentBead, Snapshot } from '../domain/snapshot.js'
import { bringUp } from './bring-up.js'
import { leftAlone } from './left-alone.js'

const rule = 'crashed-polecats'

/** A polecat that is down with work on its hook that nobody called finished. */
interface Crash {
  readonly sight: PolecatSight
  readonly because: string
}

const cannotTell = (snapshot: Snapshot, what: string, why: string): Plan =>
  planOf({ blindSpots: blindSpot(snapshot, { what, why }) })

/** It cannot be started where it should work: its witness is told, and nobody tries. */
function homeless(snapshot: Snapshot, { sight, because }: Crash, error: string): Plan {
  return {
    actions: [notify(sight, snapshot, { letter: crashedPolecat(sight, error), rule, because: `${because}; ${error}` })],
    findings: [
      finding(sight, {
        rule,
        verdict: 'folder',
        because: `${because}; ${error}`,
        evidence: evidenceOf(sight, snapshot.now),
        wantsPerson: true,
      }),
    ],
  }
}

function recover(snapshot: Snapshot, crash: Crash): Plan {
  const { sight, because } = crash
  const folder = sight.folder.known ? sight.folder.value : undefined
  if (folder === 'not-a-worktree') return homeless(snapshot, crash, 'its work folder is not a git work tree')
  const otherwise = notify(sight, snapshot, { letter: crashedPolecat(sight, ''), rule, because })
  return bringUp(snapshot, { sight, rule, because, otherwise })
}

/** The bead on its hook decides whether there is anything left to do. */
function judgeWork(snapshot: Snapshot, sight: PolecatSight, { hook }: AgentBead): Plan {
  const because = `${hook} is on its hook, but ${sight.liveness.because}`
  if (sight.restraint !== undefined) return bringUp(snapshot, { sight, rule, because })
  if (!sight.work?.known) {
    return cannotTell(snapshot, `${hook}, hooked by ${sight.address}`, sight.work?.why ?? 'it was not asked for')
  }
  return isOver(sight.work.value) ? emptyPlan : recover(snapshot, { sight, because })
}

function judgeBead(snapshot: Snapshot, sight: PolecatSight): Plan {
  const bead = beadOf(sight)
  if (bead === undefined) {
    if (!sight.bead.known || sight.restraint !== undefined) return emptyPlan
    return cannotTell(snapshot, sight.address, 'it is down, and no database holds a bead that says what it was doing')
  }
  if (bead.hook === '') return emptyPlan
  if (bead.state === 'spawning' && bead.updatedAt === undefined) {
    return cannotTell(snapshot, sight.address, `${bead.id} says spawning, but not since when`)
  }
  return isExcused(bead, snapshot) ? emptyPlan : judgeWork(snapshot, sight, bead)
}

/** A polecat that is down with unfinished work on its hook has crashed: bring it back, or tell its witness why not. One whose
 *  folder is gone is nobody's to bring back: what hangs on its hook is for stale-agents and orphaned-work. */
export function crashedPolecats(snapshot: Snapshot, planned: Plan): Plan {
  const polecats = snapshot.agents.filter(isPolecat).filter(({ agent }) => isOfTown(agent, snapshot))
  const housed = polecats.filter(({ folder }) => !(folder.known && folder.value === 'missing'))
  const undecided = housed.filter(({ address }) => sessionChange(planned, address) === undefined)
  return allOf(
    undecided.map((sight) => (isDown(sight, snapshot) ? judgeBead(snapshot, sight) : leftAlone(snapshot, sight, rule))),
  )
}
