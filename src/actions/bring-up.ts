import type { Agent } from '../domain/agent.js'
import type { StartRecord } from '../domain/ledger.js'
import { dressSession } from './dress-session.js'
import { killSession } from './kill-session.js'
import { loginEnvironment } from './login-environment.js'
import { lookAgain } from './look-again.js'
import { mergedMeanwhile } from './merged-meanwhile.js'
import { type Opening, openSession } from './open-session.js'
import { hindered, notUnderstood, reasonOf, type Setback } from './outcomes.js'
import type { Performing } from './performing.js'
import { unready } from './ready-folder.js'
import { startByGt } from './start-by-gt.js'
import { countStart, endStart } from './start-record.js'
import { goPlain } from './swallowed.js'
import { shortOfTime } from './time-left.js'
import { updateWorktree } from './update-worktree.js'

/** How bringing up an agent without a session went. `remarks`: what beside it did not work, a line each. */
export type BroughtUp =
  | { readonly up: true; readonly detail: Readonly<Record<string, string>>; readonly remarks: readonly string[] }
  | ({ readonly up: false } & Setback)

/** Brings up an agent that has no session: its work tree first, then the session, which is counted before it is made. */
export async function bringUp(performing: Performing, agent: Agent, by: StartRecord['by']): Promise<BroughtUp> {
  const complaint = unready(performing, agent)
  if (complaint) return refusedStart(performing, agent, { by, complaint })
  const { starts } = performing.town.dialect
  const worktree = await updateWorktree(performing, agent)
  const merged = by === 'inference' ? await mergedMeanwhile(performing, agent) : undefined
  if (merged) return { up: false, ...merged }
  // A profile may take its time: the gate is asked after it.
  if (starts) await loginEnvironment(performing.town)
  const forbidden = await performing.forbidden(agent)
  if (forbidden) return { up: false, ...hindered(forbidden) }
  const late = shortOfTime(performing, performing.town.settings.deadline)
  if (late) return { up: false, hindrance: late }
  // Its session may be gone from tmux while its process lives.
  const { liveness } = await lookAgain(performing, agent, by === 'inference')
  if (liveness.state === 'unknown') return { up: false, hindrance: notUnderstood(liveness) }
  const at = countStart(performing, agent, by)
  const opening = await (starts ? startByGt(performing, agent, starts) : openSession(performing, agent))
  if (opening.kind === 'failed') return failedStart(performing, agent, { at, opening })
  if (opening.kind === 'duplicate') {
    endStart(performing, agent, { at, outcome: 'duplicate' })
    return { up: true, detail: { session: 'somebody else was faster' }, remarks: said(worktree) }
  }
  endStart(performing, agent, { at, outcome: 'started', identity: opening.identity })
  const undressed = starts ? undefined : await dressSession(performing, agent)
  const { sessionId, paneStart } = opening.identity
  const session = performing.town.dialect.sessionName(agent)
  return { up: true, detail: { session, sessionId, paneStart }, remarks: said(worktree, opening.note, undressed) }
}

const said = (...remarks: readonly (string | undefined)[]): readonly string[] =>
  remarks.filter((remark) => remark !== undefined)

/** What no start could mend counts as a failed one too: it is tried less and less often, and not said in every check. */
function refusedStart(
  performing: Performing,
  agent: Agent,
  { by, complaint }: { readonly by: StartRecord['by']; readonly complaint: string },
): BroughtUp {
  endStart(performing, agent, { at: countStart(performing, agent, by), outcome: 'failed', error: complaint })
  return { up: false, error: complaint }
}

interface FailedStart {
  readonly at: number
  readonly opening: Extract<Opening, { kind: 'failed' }>
}

/** What a failed start left behind is taken away, so that the next one finds its name free. */
async function failedStart(performing: Performing, agent: Agent, { at, opening }: FailedStart): Promise<BroughtUp> {
  const { left, swallowed, error } = opening
  endStart(performing, agent, { at, outcome: 'failed', error, ...(left ? { identity: left } : {}) })
  if (swallowed) goPlain(performing, agent)
  const ending = left && (await killSession(performing, agent, left))
  const stays = ending?.ended === false
  return { up: false, error: stays ? `${error}; what is left of it stays: ${reasonOf(ending)}` : error }
}
