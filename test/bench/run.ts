import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PROGRAM } from '../support/run-check.js'
import { measureReal } from './real.js'
import { type Report, reportOf } from './report.js'
import { type Form, measureTown } from './rounds.js'
import { tableOf } from './table.js'
import { type Plan, raiseBenchTown } from './town.js'

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    kinds: { type: 'string' },
    sizes: { type: 'string' },
    delays: { type: 'string' },
    runs: { type: 'string' },
    real: { type: 'boolean', default: false },
    mails: { type: 'string' },
    sessions: { type: 'string', default: '1000' },
    program: { type: 'string', default: PROGRAM },
    json: { type: 'string' },
    compare: { type: 'string' },
  },
})

const listOf = (text: string): readonly string[] => text.split(',').filter(Boolean)

function plans(): readonly Plan[] {
  const sizes = listOf(values.sizes ?? (values.short ? '5x10,20x30' : '1x3,5x10,20x30,100x50'))
  const kinds = listOf(values.kinds ?? 'classic,current')
  return sizes.flatMap((size) => {
    const [rigs, polecats] = size.split('x').map(Number)
    return kinds.map((kind) => ({
      kind: kind === 'current' ? 'current' : 'classic',
      rigs: rigs ?? 1,
      polecats: polecats ?? 1,
      sessions: Number(values.sessions),
    }))
  })
}

const form: Form = {
  delays: listOf(values.delays ?? (values.short ? '40' : '0,40,150')).map(Number),
  dead: values.short ? [false] : [false, true],
  mails: Number(values.mails ?? (values.short ? 0 : 5000)),
  program: values.program,
  runs: Number(values.runs ?? 25),
}

const say = (text: string): void => void process.stderr.write(`${text}\n`)

async function main(): Promise<void> {
  const figures: Report['figures'][number][] = []
  const isWhole = !values.short && values.sizes === undefined
  try {
    if (isWhole || values.real) figures.push(...(await measureReal(form, say)))
    for (const plan of values.real ? [] : plans()) figures.push(...(await measurePlan(plan)))
  } finally {
    // What was measured before something broke has taken its time too.
    tell(figures)
  }
}

async function measurePlan(plan: Plan): Promise<Report['figures']> {
  const town = raiseBenchTown(plan)
  try {
    return measureTown(town, form, say)
  } finally {
    await town.end()
  }
}

function tell(figures: Report['figures']): void {
  const report = reportOf(figures)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
  const before: Report | undefined =
    values.compare === undefined ? undefined : JSON.parse(readFileSync(values.compare, 'utf8'))
  process.stdout.write(tableOf(report, before))
}

await main()
