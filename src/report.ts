import type { Outcome } from './domain/action.js'
import { describe } from './domain/describe.js'
import { formatDuration } from './domain/duration.js'
import { plain } from './domain/plain.js'
import type { BlindSpot, Finding } from './domain/snapshot.js'
import { isWeighty } from './domain/verdict.js'
import { verdictFor } from './exit-codes.js'
import type { Heartbeat } from './remember/account.js'
import { seenIn } from './remember/seen.js'
import type { Told } from './report/document.js'
import { observations } from './report/observations.js'
import { verdictColour } from './report/paint.js'
import type { Telling, Volume } from './report/telling.js'

/** A check for people: the verdict in words, then what was found, done, waits, could not be seen, and when it looks next. */
export function reportLines(told: Told, { volume, paint }: Telling): readonly string[] {
  const { heartbeat } = told
  const isProblem = heartbeat.exitCode !== 0
  if (volume === 'quiet' && !isProblem) return []
  const verdict = verdictFor(heartbeat.exitCode)
  return [
    `${paint(verdictColour[verdict], verdict)}: ${plain(summary(told))}`,
    ...(volume === 'verbose' ? section('seen', observations(told)) : []),
    ...section('found', found(heartbeat, volume)),
    ...section(
      told.run.dryRun ? 'would do' : 'done',
      heartbeat.outcomes.filter(isDeed).flatMap((one) => deed(one, volume)),
    ),
    ...section('waits', heartbeat.outcomes.filter(volume === 'quiet' ? isWeighty : isPutOff).map(putOff)),
    ...section('could not be seen', heartbeat.blindSpots.map(blindSpot)),
    ...(volume === 'quiet' ? [] : nextLine(heartbeat, told).map(plain)),
  ]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${plain(line)}`)]
}

/** What the first line says after the verdict. */
function summary({ heartbeat, town, run }: Told): string {
  const { gate, outcomes, blindSpots, findings } = heartbeat
  const where = town.root === null ? '' : ` (${town.root})`
  if (!gate.open) return `${gate.because}${where}`
  const count = (wanted: string): number => outcomes.filter(({ outcome }) => outcome === wanted).length
  const wanted = findings.filter(({ wantsPerson }) => wantsPerson).length
  const parts = [
    counted(count('failed'), 'failed'),
    counted(blindSpots.length, 'could not be seen'),
    counted(wanted, wanted === 1 ? 'wants a person' : 'want a person'),
    counted(count('done'), 'done'),
    counted(count('would'), 'would be done'),
    counted(count('deferred'), 'put off'),
  ].filter((part) => part !== undefined)
  const agents = seenIn(heartbeat.snapshot).agents
  const well = run.mode === 'lifecycle' ? 'no lifecycle request waits' : `all is well, ${agents} agents seen`
  return `${parts.length === 0 ? well : parts.join(', ')}${where}`
}

const counted = (number: number, words: string): string | undefined => (number > 0 ? `${number} ${words}` : undefined)

function found({ findings, gate }: Heartbeat, volume: Volume): readonly string[] {
  const news = findings.filter(({ because }) => gate.open || because !== gate.because)
  const told = volume === 'quiet' ? news.filter(({ wantsPerson }) => wantsPerson) : news
  return told.map(({ agent, verdict, because, until }: Finding) => {
    const again = until === undefined ? '' : `; next try ${clockTime(until)}`
    return `${agent ?? 'town'} ${verdict}: ${because}${again}`
  })
}

const isDeed = ({ outcome }: Outcome): boolean => outcome !== 'deferred'
const isPutOff = ({ outcome }: Outcome): boolean => outcome === 'deferred'

function deed({ action, outcome, error }: Outcome, volume: Volume): readonly string[] {
  if (outcome === 'failed') return [`FAILED ${describe(action)}: ${error ?? 'nobody said why'}`]
  return volume === 'quiet' ? [] : [`${describe(action)}${error === undefined ? '' : ` (${error})`}`]
}

const putOff = ({ action, error }: Outcome): string =>
  `${describe(action)} – ${action.deferred?.because ?? error ?? 'not now'}`

const blindSpot = ({ what, why }: BlindSpot): string => `${what}: ${why}`

function nextLine({ next, endedAt }: Heartbeat, { run, town }: Told): readonly string[] {
  if (town.root === null) return []
  const would = run.dryRun ? 'would look next' : 'looks next'
  const left = formatDuration(next.at - endedAt)
  return [`${would} in ${left}, at ${clockTime(next.at)}: ${next.reason}`]
}

const clockTime = (at: number): string => new Date(at).toTimeString().slice(0, 8)
