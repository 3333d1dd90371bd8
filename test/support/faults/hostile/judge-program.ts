import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type Ending, runProgram } from '../../run-check.js'
import { forbiddenWords } from './arguments.js'
import type { HostileStage } from './hostile-stage.js'
import { laidIn } from './laid.js'
import { changedBetween } from './left-in-town.js'
import { steering, traceIn } from './terminal.js'

const ajv = new Ajv2020.default({ strict: false })
addFormats.default(ajv)
const published = (name: string) =>
  ajv.compile(
    JSON.parse(
      readFileSync(fileURLToPath(new URL(`../../../../docs/schema/${name}.schema.json`, import.meta.url)), 'utf8'),
    ),
  )
const schemas = ['report', 'status', 'history', 'doctor'].map(published)

const codes = new Set([0, 1, 2, 3, 64, 69, 75, 78])

/** What is wrong with a run of the built program in a hostile town, by a hostile command line. */
export async function wrongRun(stage: HostileStage, words: readonly string[]): Promise<readonly string[]> {
  const before = laidIn(stage)
  // node itself goes by these, before it reads the program: with LC_ALL='Action: shutdown' node 20 ends by SIGSEGV.
  const { NODE_OPTIONS: _options, LC_ALL: _all, LANG: _locale, ...env } = stage.env
  const ending = await runProgram(['--town', stage.root, ...words], { env, cwd: stage.root })
  const after = laidIn(stage)
  const isCheck = words.some((word) => word === '--once' || word === '--lifecycle')
  return [
    ...(ending.signal === null && codes.has(ending.exitCode ?? -1)
      ? []
      : [`ended by ${ending.exitCode ?? ending.signal}`]),
    ...wrongOutput(ending, words),
    ...changedBetween(before.around, after.around).map((path) => `outside the town ${path} was written`),
    ...(isCheck ? stage.calls().flatMap((call) => forbiddenWords(call, stage.root)) : []),
    ...(stage.isPwned() ? ['a planted word was run'] : []),
  ].map((what) => `${what} (${JSON.stringify(words)})`)
}

function wrongOutput({ stdout, stderr, exitCode }: Ending, words: readonly string[]): readonly string[] {
  const isDocument = words.includes('--json') && stdout !== '' && exitCode !== 64 && !stdout.startsWith('Usage')
  return [
    ...steering(stdout).map((what) => `raw on stdout: ${what}`),
    ...steering(stderr).map((what) => `raw on stderr: ${what}`),
    ...traceIn(stderr).map((line) => `a stack trace: ${line}`),
    ...(isDocument && !isOneDocument(stdout) ? [`no document: ${stdout.slice(0, 200)}`] : []),
  ]
}

function isOneDocument(stdout: string): boolean {
  const document: unknown = JSON.parse(stdout)
  return stdout.endsWith('}\n') && stdout.indexOf('\n') === stdout.length - 1 && schemas.some((fits) => fits(document))
}
