import type { Diagnosis } from '../doctor/schema.js'
import { plainly } from '../domain/plain.js'
import type { Telling } from './telling.js'

/** A diagnosis for people: every finding with what to type under it. `-q`: only errors; nothing when there are none. */
export function doctorLines(diagnosis: Diagnosis, { volume, paint }: Telling): readonly string[] {
  const { town, schedules, findings } = plainly(diagnosis)
  const isQuiet = volume === 'quiet'
  const told = isQuiet ? findings.filter(({ severity }) => severity === 'error') : findings
  const lines = told.flatMap(({ code, severity, because, mend }) => [
    `${paint(severity === 'error' ? 'red' : 'yellow', severity)} ${code}: ${because}`,
    ...(mend === null ? [] : [`    ${paint('bold', mend)}`]),
  ])
  if (isQuiet) return lines
  return [
    ...(town.root === null ? [] : [`town: ${town.root}${town.dialect ? `, a ${town.dialect} one` : ''}`]),
    ...schedules.map(({ scheduler, slug, says }) => `checks are started by ${scheduler} (${slug}): ${says}`),
    ...lines,
    lastLine(findings),
  ]
}

function lastLine(findings: Diagnosis['findings']): string {
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  if (errors + warnings === 0) return 'nothing found: checks can work here'
  return `${numbered(errors, 'error')}, ${numbered(warnings, 'warning')}`
}

const numbered = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
