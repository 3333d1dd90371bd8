import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { areOfThisConfiguration, firstQuestionsFile, readFirstQuestions } from '../../../src/ports/first-questions.js'
import { temporaryFolder } from './around.js'

const root = '<root>'
const question = {
  args: ['--readonly', 'list', '--json'],
  cwd: root,
  with: { GT_ROOT: '/dev/null', BEADS_DOLT_PORT: '1' },
}

/** What is read where this stands, `<root>` being the town's folder. */
function readBack(content: unknown): string {
  const town = temporaryFolder()
  mkdirSync(dirname(firstQuestionsFile(town)), { recursive: true })
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(firstQuestionsFile(town), text.replaceAll(root, town))
  return JSON.stringify(readFirstQuestions(town)).replaceAll(town, root)
}

const readOf = (changes: Readonly<Record<string, unknown>>): string =>
  readBack({ schema: 1, questions: [question, { ...question, ...changes }] })

test('what a check wrote down is read as it was', () => {
  for (const cwd of [root, `${root}/gastown/mayor/rig`])
    expect(readOf({ cwd })).toBe(JSON.stringify([question, { ...question, cwd }]))
})

test.each([
  ['another word', { args: ['--readonly', 'close', 'gt-1'] }],
  ['a list that may change something', { args: ['list', '--json'] }],
  ['no words', { args: [] }],
  ['a word that is none', { args: ['--readonly', 'list', 7] }],
  ['words that are no list', { args: '--readonly list' }],
  ['a folder outside the town', { cwd: '/' }],
  ['a folder beside the town', { cwd: `${root}-2` }],
  ['a folder that leads out of the town', { cwd: `${root}/../elsewhere` }],
  ['no folder', { cwd: undefined }],
  ['a variable that is no program of the town’s', { with: { LD_PRELOAD: '/tmp/x.so' } }],
  ['a variable that goes before PATH', { with: { PATH: '/tmp' } }],
  ['a value that is no text', { with: { GT_ROOT: 7 } }],
  ['no variables', { with: null }],
])('where one has %s, nothing is asked ahead at all', (_, changes) => {
  expect(readOf(changes)).toBe('[]')
})

test.each(['', 'null', '[]', '{"questions"', '{"questions":{}}', '{"questions":[null]}', '{"questions":["bd"]}'])(
  'of %j nothing is asked ahead',
  (text) => expect(readBack(text)).toBe('[]'),
)

test('where nothing stands nothing is asked ahead', () => expect(readFirstQuestions(temporaryFolder())).toEqual([]))

test('of many the first sixteen are', () => {
  expect(JSON.parse(readBack({ questions: Array.from({ length: 40 }, () => question) }))).toHaveLength(16)
})

test('they are of this configuration where they were written after it', () => {
  const town = temporaryFolder()
  mkdirSync(join(town, 'daemon/heartbeat'), { recursive: true })
  expect(areOfThisConfiguration(town)).toBe(true)
  writeFileSync(join(town, 'daemon/heartbeat.config.json'), '{}')
  expect(areOfThisConfiguration(town)).toBe(false)
  writeFileSync(firstQuestionsFile(town), '{}')
  const inAMinute = Date.now() / 1000 + 60
  utimesSync(firstQuestionsFile(town), inAMinute, inAMinute)
  expect(areOfThisConfiguration(town)).toBe(true)
})
