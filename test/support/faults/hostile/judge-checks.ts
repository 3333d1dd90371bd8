import { plainOutput } from '../../../../src/domain/plain.js'
import { ConfigError } from '../../../../src/errors.js'
import { historySchema } from '../../../../src/remember/history-schema.js'
import { statusSchema } from '../../../../src/remember/status-schema.js'
import { type Report, reportSchema } from '../../../../src/report-schema.js'
import type { Ending } from '../../../../src/request.js'
import { run } from '../../../../src/run.js'
import { forbiddenWords } from './arguments.js'
import type { HostileStage } from './hostile-stage.js'
import { laidIn } from './laid.js'
import { type Contents, changedBetween, lossesIn } from './left-in-town.js'
import { steering, traceIn } from './terminal.js'

/** Runs the program in this process with real programs around it; a complaint about the town's own files is an ending. */
async function checkIn(stage: HostileStage, words: readonly string[]): Promise<Ending> {
  const { root, env } = stage
  const surroundings = { env, cwd: root, colour: true, platform: process.platform, onStop: () => undefined }
  try {
    return await run(['--town', root, ...words], surroundings)
  } catch (error) {
    if (error instanceof ConfigError) return { stdout: '', stderr: `${error.message}\n`, exitCode: 78 }
    throw error
  }
}

/** What is wrong with whole checks of a hostile town: first a dry run, then what is done, then what is told of it. `count` hears of the deeds. */
export async function wrongChecks(stage: HostileStage, count: (deeds: number) => void): Promise<readonly string[]> {
  try {
    const laid = laidIn(stage)
    const dry = await checkIn(stage, ['--once', '--dry-run', '--json'])
    const untouched = laidIn(stage)
    const done = await checkIn(stage, ['--once', '--json'])
    const after = laidIn(stage)
    const again = await checkIn(stage, ['--once', '--json'])
    const left = laidIn(stage)
    const told = [await checkIn(stage, ['status']), await checkIn(stage, ['history'])]
    count(actionsIn(done).length)
    return [
      ...[...changedBetween(laid.town, untouched.town), ...changedBetween(laid.around, untouched.around)].map(
        (path) => `a dry run wrote ${path}`,
      ),
      ...changedBetween(laid.around, after.around).map((path) => `outside the town ${path} was written`),
      ...lossesIn(laid.town, after.town),
      ...otherDeeds(dry, done),
      ...[dry, done, again].flatMap((ending) => wrongDocument(ending)),
      ...brokenByUs(done, again),
      ...asideIn(left.town)
        .filter((path) => !asideIn(after.town).includes(path))
        .map((path) => `set aside twice: ${path}`),
      ...stage.calls().flatMap((call) => forbiddenWords(call, stage.root)),
      ...(stage.isPwned() ? ['a planted word was run'] : []),
      ...told.flatMap(({ stdout, stderr }) => [
        ...steering(plainOutput(stdout, true).replace(colours, '')),
        ...traceIn(stderr),
      ]),
      ...writtenRaw(laid.town, after.town),
      ...unrecorded(laid.town, after.town),
      ...(await wrongTold(stage)),
    ]
  } catch (error) {
    return [`thrown: ${error instanceof Error ? error.stack : 'no error'}`]
  }
}

/** Ours, around verdicts. */
const colours = /\p{Cc}\[(31|32|33|35|1|2|39|22)m/gu

function documentIn({ stdout }: Ending): Report | undefined {
  return stdout === '' ? undefined : reportSchema.safeParse(JSON.parse(stdout)).data
}

function wrongDocument(ending: Ending): readonly string[] {
  const document = documentIn(ending)
  return [
    ...(ending.stdout !== '' && document === undefined ? ['a document that does not fit its schema'] : []),
    ...(document !== undefined && document.exitCode !== ending.exitCode ? ['two exit codes'] : []),
    ...(ending.stdout === '' && ending.exitCode !== 78 ? ['no document'] : []),
    ...traceIn(ending.stderr).map((line) => `a stack trace: ${line}`),
  ]
}

const actionsIn = (ending: Ending) => documentIn(ending)?.actions ?? []

/** What both checks could not see: on a busy machine one of them may have waited in vain for an answer that the other got. */
const unseenIn = (ending: Ending): string => (documentIn(ending)?.blindSpots ?? []).map(({ what }) => what).join()

/** A notice that follows a start which failed is planned with that start, and told only then. */
function otherDeeds(dry: Ending, done: Ending): readonly string[] {
  if (unseenIn(dry) !== unseenIn(done)) return []
  const told = actionsIn(done)
  const isOfFailure = (index: number): boolean =>
    told[index]?.kind === 'notify' &&
    told[index - 1]?.agent === told[index]?.agent &&
    told[index - 1]?.outcome === 'failed'
  const planned = actionsIn(dry).map(deedOf).join(', ')
  const deeds = told
    .filter((_, index) => !isOfFailure(index))
    .map(deedOf)
    .join(', ')
  return planned === deeds ? [] : [`planned ${planned}; done ${deeds}`]
}

const deedOf = ({ kind, agent }: Report['actions'][number]): string => `${kind} ${agent}`

const asideIn = (town: Contents): readonly string[] => [...town.keys()].filter((path) => path.includes('.corrupt'))

/** What a check wrote, the next one reads; one that may do nothing writes nothing anew. */
function brokenByUs(done: Ending, again: Ending): readonly string[] {
  const document = documentIn(again)
  if (documentIn(done)?.gate.open !== true) return []
  const lost = document?.blindSpots.filter(({ what }) => what === 'what earlier checks did') ?? []
  const broken = document?.findings.filter(({ rule }) => rule === 'files') ?? []
  return [...lost.map(({ why }) => why), ...broken.map(({ because }) => because)].map(
    (why) => `not readable after a check: ${why}`,
  )
}

/** What was added to the log and the history. */
const addedTo = (path: string, before: Contents, after: Contents): string => {
  const text = Buffer.from((after.get(path) ?? '').slice(before.get(path)?.length ?? 0), 'latin1')
  return text.toString('utf8')
}

const writtenRaw = (before: Contents, after: Contents): readonly string[] =>
  ['daemon/daemon.log', 'daemon/heartbeat/history.jsonl'].flatMap((path) =>
    steering(addedTo(path, before, after)).map((what) => `raw in ${path}: ${what}`),
  )

/** Deeds to an agent of which the history does not say by what was seen they were decided. */
function unrecorded(before: Contents, after: Contents): readonly string[] {
  const lines = addedTo('daemon/heartbeat/history.jsonl', before, after)
    .split('\n')
    .filter((line) => line.startsWith('{'))
  const deeds = lines.map((line) => JSON.parse(line)).filter(({ type, agent }) => type === 'deed' && agent !== null)
  return deeds
    .filter(({ evidence }) => typeof evidence?.session !== 'string')
    .map(({ kind }) => `${kind} without its evidence in the history`)
}

async function wrongTold(stage: HostileStage): Promise<readonly string[]> {
  const tellings = [
    [await checkIn(stage, ['status', '--json']), statusSchema],
    [await checkIn(stage, ['history', '--json']), historySchema],
  ] as const
  return tellings.flatMap(([{ stdout, exitCode }, schema]) =>
    exitCode === 78 || schema.safeParse(JSON.parse(stdout)).success ? [] : ['what is told does not fit its schema'],
  )
}
