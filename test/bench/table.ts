import type { Report } from './report.js'
import type { Row } from './rounds.js'

/** The figures as a table of Markdown; `before`: those of an earlier run, to stand beside. */
export function tableOf({ machine, versions, at, figures }: Report, before: Report | undefined): string {
  const was = new Map(before?.figures.map((row) => [keyOf(row), row]))
  const towns = [...new Set(figures.map(({ town }) => town))]
  const head =
    before === undefined
      ? '| | median | least to most |\n|---|--:|--:|'
      : '| | median | least to most | before |\n|---|--:|--:|--:|'
  const parts = towns.map((town) => {
    const rows = figures.filter((row) => row.town === town)
    return `\n### ${town}\n\n${head}\n${rows.map((row) => lineOf(row, before && was.get(keyOf(row)), before !== undefined)).join('\n')}\n`
  })
  return `${machine}\n${versions}\n${at}\n${parts.join('')}`
}

const keyOf = ({ town, what }: Row): string => `${town}|${what}`

function lineOf(row: Row, was: Row | undefined, compared: boolean): string {
  const cells = [row.what, `${short(row.median)} ${row.unit}`.trim(), `${short(row.least)} to ${short(row.most)}`]
  const before = was === undefined ? '' : `${short(was.median)} ${was.unit}`.trim()
  return `| ${[...cells, ...(compared ? [before] : [])].join(' | ')} |`
}

const short = (number: number): string => (Math.abs(number) < 10 ? number.toFixed(2) : number.toFixed(0))
