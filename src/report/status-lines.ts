import { formatAge, formatDuration } from '../domain/duration.js'
import { plainly } from '../domain/plain.js'
import type { Status } from '../remember/status-schema.js'
import { verdictColour } from './paint.js'
import type { Telling } from './telling.js'

/** The status for people: how old the last check is, when the next one comes, then everything that is not as it should be. */
export function statusLines(gathered: Status, { volume, paint }: Telling): readonly string[] {
  const status = plainly(gathered)
  const isWell = status.exitCode === 0 && status.complaints.length === 0 && (status.lastCheck?.exitCode ?? 0) === 0
  if (volume === 'quiet' && isWell) return []
  return [
    `town: ${status.town.root}${status.town.dialect === null ? '' : `, a ${status.town.dialect} one`}`,
    lastLine(status, paint),
    ...completeLine(status, paint),
    ...status.failed.map((one) => paint('red', failedLine(one))),
    nextLine(status),
    ...starterLines(status, paint),
    ...backoffLine(status),
    ...status.complaints.map((complaint) => paint('red', complaint)),
    ...status.emergencyStops.map((name) => `emergency stop: ${name}`),
    ...status.stoodDown.map(
      ({ whom, by, since }) => `kept down: ${whom}${saidBy(by, since)}; gt-heartbeat up ${whom} ends that`,
    ),
    ...status.blindSpots.map(({ what, why }) => `could not be seen: ${what}: ${why}`),
    ...status.waiting.map(
      ({ agent, verdict, because, until }) => `${agent ?? 'town'} ${verdict}: ${because}${again(until)}`,
    ),
    ...status.deferred.map(({ kind, agent, because }) => `put off: ${kind} ${agent ?? 'town'}: ${because}`),
    ...(volume === 'quiet' ? [] : agentLines(status)),
  ]
}

const saidBy = (by: string | null, since: string | null): string =>
  by === null || since === null ? '' : ` by ${by} since ${since}`
const again = (until: string | undefined): string => (until === undefined ? '' : `; next try ${clockTime(until)}`)
const clockTime = (time: string): string => new Date(time).toTimeString().slice(0, 8)

function lastLine({ lastCheck, overdue }: Status, paint: Telling['paint']): string {
  if (lastCheck === null) return paint('red', 'last check: never; gt-heartbeat --once does the first one')
  const { verdict, gate, ageSeconds, trigger } = lastCheck
  const word = verdict === null ? '' : `, ${paint(verdictColour[verdict], verdict)}${gate === null ? '' : ` (${gate})`}`
  const late = overdue ? paint('red', '; that is more than two intervals (run: gt-heartbeat doctor)') : ''
  const by = trigger === null ? '' : `, started by ${trigger === 'manual' ? 'hand' : trigger}`
  return `last check: ${formatAge(ageSeconds * 1000)} ago${word}${by}${late}`
}

/** Checks that observe nothing go on ending: only where the last one was not complete is there more to say. */
function completeLine({ lastCheck, lastComplete }: Status, paint: Telling['paint']): readonly string[] {
  if (lastCheck === null || lastCheck.at === lastComplete?.at) return []
  const when = lastComplete === null ? 'never' : `${formatAge(lastComplete.ageSeconds * 1000)} ago`
  return [paint('yellow', `last complete check: ${when}; no later check observed the town and was allowed to act`)]
}

function failedLine({ kind, agent, error, retryAt }: Status['failed'][number]): string {
  const retry = retryAt === null ? 'retried by the next check' : `retry at ${clockTime(retryAt)}`
  return `failed: ${kind} ${agent ?? 'town'}: ${error}; ${retry}`
}

function nextLine({ nextCheck }: Status): string {
  if (nextCheck === null) return 'next check: due now'
  const { inSeconds, at, reason } = nextCheck
  const when = inSeconds > 0 ? `in ${formatDuration(inSeconds * 1000)}` : `due for ${formatAge(-inSeconds * 1000)}`
  return `next check: ${when}, at ${clockTime(at)}${reason === null ? '' : `: ${reason}`}`
}

function starterLines({ startedBy, startedByUnknown }: Status, paint: Telling['paint']): readonly string[] {
  // A complaint says why.
  if (startedByUnknown !== null) return []
  if (startedBy.length === 0) return [paint('yellow', 'no scheduler starts checks (run: gt-heartbeat install)')]
  return startedBy.map(({ scheduler, slug, says, active }) => {
    const line = `checks are started by ${scheduler} (${slug}): ${says}`
    return active === false ? paint('red', `${line}; gt-heartbeat doctor says what mends it`) : line
  })
}

function backoffLine({ backoff }: Status): readonly string[] {
  if (backoff === null) return []
  const idle =
    backoff.idleSeconds === null ? 'idle time not known' : `idle for ${formatAge(backoff.idleSeconds * 1000)} then`
  return [`backoff: tier ${backoff.tier} of ${backoff.of}, ${idle}`]
}

const wordFor: Readonly<Record<Status['agents'][number]['state'], string>> = {
  alive: 'alive',
  absent: 'absent',
  unknown: 'not understood',
  changing: 'started or ended just then',
  'stood-down': 'down on its own request',
  starting: 'starting',
  down: 'down',
  blocked: 'blocked',
}

const restarts = (count: number): string => `${count} restart${count === 1 ? '' : 's'}`

function startsOf({ starts, failedStarts }: Status['agents'][number]): string {
  if (starts === 0) return ''
  if (failedStarts === starts) return `, ${restarts(starts)} failed`
  const failed = failedStarts === 0 ? '' : `, ${failedStarts} of them failed`
  return `, ${restarts(starts)} since it was last well${failed}`
}

function agentLines({ agents, at }: Status): readonly string[] {
  const alive = agents.filter(({ state }) => state === 'alive').length
  return [
    `agents: ${agents.length}, ${alive} alive when last observed`,
    ...agents.map((one) => {
      const age = one.since === null ? '' : ` for ${formatAge(Date.parse(at) - Date.parse(one.since))}`
      return `  ${one.agent} ${wordFor[one.state]}${age}${startsOf(one)}`
    }),
  ]
}
