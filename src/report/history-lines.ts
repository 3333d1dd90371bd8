import { plainly } from '../domain/plain.js'
import type { PastCheck } from '../remember/read-history.js'
import { verdictColour } from './paint.js'
import type { Telling } from './telling.js'

/** Past checks for people, oldest first: a line each, and below it what it did. With -q only those that did something or were not well. */
export function historyLines(checks: readonly PastCheck[], telling: Telling): readonly string[] {
  const told = telling.volume === 'quiet' ? checks.filter(isRemarkable) : checks
  if (checks.length === 0) return ['no check has run here yet']
  return told.flatMap((past) => linesOf(plainly(past), telling))
}

const isRemarkable = ({ check, deeds }: PastCheck): boolean => check.exitCode !== 0 || deeds.length > 0

function linesOf({ check, deeds, began }: PastCheck, { volume, paint }: Telling): readonly string[] {
  const mode = check.mode === 'lifecycle' ? ' lifecycle' : ''
  const gate = check.gate === null ? '' : `: ${check.gate.because}`
  const what = deeds.length === 0 ? '' : `, ${deeds.length} ${deeds.length === 1 ? 'deed' : 'deeds'}`
  const verdict = paint(verdictColour[check.verdict], check.verdict)
  return [
    `${localTime(check.at)}${mode} ${verdict}${gate}${what}, ${(check.durationMs / 1000).toFixed(1)} s`,
    ...deeds.map(({ kind, agent, because, outcome, error }) => {
      const failure = error === undefined ? '' : ` (${error})`
      return `    ${outcome} ${kind} ${agent ?? ''}: ${because}${failure}`
    }),
    ...began.map(({ agent, verdict: word, because }) => `    ${agent ?? 'town'} ${word}: ${because}`),
    ...(volume === 'verbose' ? check.blindSpots.map(({ what: thing, why }) => `    not seen: ${thing}: ${why}`) : []),
  ]
}

function localTime(time: string): string {
  const at = new Date(time)
  const two = (count: number): string => String(count).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${at.toTimeString().slice(0, 8)}`
}
