import type { Notify } from './action.js'
import { type Address, rigOf } from './agent.js'
import type { Attention } from './attention.js'
import { nextTry } from './backoff.js'
import { ageOf, isDown, type PolecatSight, waitingMail } from './conditions.js'
import { goMinutes } from './go-time.js'
import { beadOf, hookOf, workedAt } from './hook.js'
import { recordOf } from './ledger.js'
import { quote } from './quote.js'
import type { AgentSight, Snapshot } from './snapshot.js'

/** What a mail is about and says. Kind, agent and hook together make it the same notice again. */
export interface Letter {
  readonly kind:
    | 'GUPP_VIOLATION'
    | 'ORPHANED_WORK'
    | 'CRASHED_POLECAT'
    | 'STALLED'
    | 'UNKNOWN_WORK'
    | 'NEEDS_ATTENTION'
    | 'MERGED_WORK'
    | 'SUBMITTED_WORK'
    | 'UNVERIFIED_WORK'
    | 'FAILED_DONE'
  readonly subject: string
  readonly body: string
}

const MAYOR = 'mayor/'
const RESTART_ERROR = /^restart_error: .*$/m

/** One line, whatever a program said on several. */
export const oneLine = (text: string): string => text.trim().replace(/\s*[\r\n]+\s*/g, '; ')

/** What an agent wrote where its work's id should stand is no message of ours to whoever reads the notice. */
export const hookWords = (sight: AgentSight): string =>
  /^[\w.-]*$/.test(hookOf(sight)) ? hookOf(sight) : quote(hookOf(sight))

/** A polecat sits on its work, as the original daemon words it. */
export function guppViolation(sight: AgentSight, now: number): Letter {
  const bead = beadOf(sight)
  const id = bead?.id ?? sight.address
  const stuck = goMinutes(ageOf(now, workedAt(sight) ?? now))
  return {
    kind: 'GUPP_VIOLATION',
    subject: `GUPP_VIOLATION: ${id} stuck for ${stuck}`,
    body: [
      `Agent ${id} has work on hook but isn't progressing.`,
      '',
      `hook_bead: ${hookWords(sight)}`,
      `stuck_duration: ${stuck}`,
      '',
      'Action needed: Check if agent is alive and responsive. Consider restarting if stuck.',
    ].join('\n'),
  }
}

/** Work hangs on the hook of an agent that is marked dead, as the original daemon words it. */
export function orphanedWork(sight: AgentSight): Letter {
  const id = beadOf(sight)?.id ?? sight.address
  return {
    kind: 'ORPHANED_WORK',
    subject: `ORPHANED_WORK: ${id} has hooked work but is dead`,
    body: [
      `Agent ${id} is dead but has work on its hook.`,
      '',
      `hook_bead: ${hookWords(sight)}`,
      '',
      'Action needed: Either restart the agent or reassign the work.',
    ].join('\n'),
  }
}

/** A polecat could not be brought back, as the original daemon words it; `error` may be added later by `withRestartError`. */
export function crashedPolecat(sight: PolecatSight, error: string): Letter {
  const { rig, name } = sight.agent
  return {
    kind: 'CRASHED_POLECAT',
    subject: `CRASHED_POLECAT: ${rig}/${name} restart failed`,
    body: [
      `Polecat ${name} crashed and automatic restart failed.`,
      '',
      `hook_bead: ${hookWords(sight)}`,
      `restart_error: ${oneLine(error)}`,
      '',
      'Manual intervention may be required.',
    ].join('\n'),
  }
}

/** A polecat is down with an id on its hook that no issue has; the original daemon knew no such notice. */
export function unknownWork(sight: AgentSight): Letter {
  const id = beadOf(sight)?.id ?? sight.address
  return {
    kind: 'UNKNOWN_WORK',
    subject: `UNKNOWN_WORK: ${id} has work on its hook that bd does not know`,
    body: [
      `Agent ${id} is down, and bd knows no issue with the id on its hook.`,
      '',
      `hook_bead: ${hookWords(sight)}`,
      '',
      'Action needed: Put other work on its hook, or clear it. The agent is not restarted before that.',
    ].join('\n'),
  }
}

/** The notice of a failed restart with the reason that is only known now. */
export const withRestartError = (notice: Notify, error: string): Notify => ({
  ...notice,
  body: notice.body.replace(RESTART_ERROR, () => `restart_error: ${oneLine(error)}`),
})

/** The deacon leaves its mail unread; the original daemon knew no such notice. */
export function stalledDeacon(snapshot: Snapshot): Letter {
  const mail = waitingMail(snapshot)
  const waiting = goMinutes(ageOf(snapshot.now, mail?.createdAt ?? snapshot.now))
  return {
    kind: 'STALLED',
    subject: `STALLED: deacon has left mail unread for ${waiting}`,
    body: [
      'The deacon is running, but it reads no mail and its pane is silent.',
      '',
      `oldest_mail: ${mail?.id ?? ''}`,
      `stuck_duration: ${waiting}`,
      '',
      'Action needed: Look at its pane; restart it if it is stuck. It was not killed.',
    ].join('\n'),
  }
}

const actionNeeded: Readonly<Record<Attention['condition'], string>> = {
  down: 'Find out why it does not start: gt-heartbeat status has the last error.',
  blocked: 'Remove what blocks it. The next check does the rest.',
  unknown: 'Look at its session. If no agent runs there, end the session: the next check starts the agent.',
  starting: 'Look at its session: it may wait for input.',
}

/** An agent that should run has not for a while; the original daemon knew no such notice. */
export function needsAttention(
  sight: AgentSight,
  { condition, state, because, since, now, until }: Attention & { readonly since: number; readonly now: number },
): Letter {
  const lasts = goMinutes(ageOf(now, since))
  const hook = hookWords(sight)
  return {
    kind: 'NEEDS_ATTENTION',
    subject: `NEEDS_ATTENTION: ${sight.address} has been ${condition} for ${lasts}`,
    body: [
      `Every check for ${lasts} has found agent ${sight.address} ${condition}.`,
      '',
      `state: ${state}`,
      `since: ${new Date(since).toISOString()}`,
      `because: ${oneLine(because)}`,
      ...(hook === '' ? [] : [`hook_bead: ${hook}`]),
      ...(until === undefined ? [] : [`next_try: ${new Date(until).toISOString()}`]),
      '',
      `Action needed: ${actionNeeded[condition]}`,
    ].join('\n'),
  }
}

function isUnfit(witness: AgentSight, snapshot: Snapshot): boolean {
  if (isDown(witness, snapshot)) return true
  const { starts } = recordOf(snapshot.ledger, witness.address)
  const held = nextTry(starts, snapshot.now, snapshot.settings.backoff).state === 'held'
  return held && witness.liveness.state === 'starting'
}

/** Who is told about an agent: its rig's witness; the mayor about a witness, or when that one is down or held, or there is none. */
export function recipientOf(sight: AgentSight, snapshot: Snapshot): string {
  const rig = rigOf(sight.agent)
  if (rig === undefined || sight.agent.role === 'witness') return MAYOR
  const witness = snapshot.agents.find(({ agent }) => agent.role === 'witness' && agent.rig === rig)
  return witness !== undefined && isUnfit(witness, snapshot) ? MAYOR : `${rig}/witness`
}

/** Under this key the ledger remembers that it was said; `about`: the work on its hook, or what else the notice is about. */
export const noticeKey = (kind: Letter['kind'], agent: Address, about: string): string => `${kind}|${agent}|${about}`

/** A letter on its way to whoever looks after the agent. */
export function notify(
  sight: AgentSight,
  snapshot: Snapshot,
  said: { letter: Letter; rule: string; because: string; about?: string },
): Notify {
  const { letter, rule, because, about = hookOf(sight) } = said
  return {
    kind: 'notify',
    rule,
    because,
    agent: sight.agent,
    key: noticeKey(letter.kind, sight.address, about),
    to: recipientOf(sight, snapshot),
    subject: letter.subject,
    body: letter.body,
  }
}
