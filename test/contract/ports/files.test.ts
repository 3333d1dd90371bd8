// Not tested: a disk that is full, a power cut.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendLine } from '../../../src/ports/append.js'
import {
  copyAside,
  exists,
  foldersIn,
  makeFolder,
  modifiedAt,
  namesIn,
  readJson,
  readText,
  removeFile,
  setAside,
  sweepTemporary,
} from '../../../src/ports/files.js'
import { writeText } from '../../../src/ports/write-file.js'
import { temporaryFolder } from './around.js'

const nothing = { known: true, value: null }
const cannotTell = (why: string) => ({ known: false, why: expect.stringContaining(why) })
const modeOf = (path: string) => fs.statSync(path).mode & 0o7777
const at = Date.UTC(2025, 11, 29, 22, 7, 0, 123)

test('a missing file is nothing, a broken one cannot be told, and both say which', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'rigs.json')
  expect([readText(file), readJson(file)]).toEqual([nothing, nothing])
  expect(readJson(join(file, 'below'))).toEqual(nothing)
  for (const broken of ['', '{', '{"a":1} x', Buffer.from([0x22, 0xff, 0x22]), '\uFEFF{}']) {
    fs.writeFileSync(file, broken)
    expect(readJson(file)).toEqual(cannotTell(file))
  }
  fs.writeFileSync(file, '{"rigs":{"é":null}}')
  expect(readJson(file)).toEqual({ known: true, value: { rigs: { é: null } } })
  expect(readText(file)).toEqual({ known: true, value: '{"rigs":{"é":null}}' })
})

test('what is no file, or far too large, is not opened', () => {
  const folder = temporaryFolder()
  const [pipe, large] = [join(folder, 'pipe'), join(folder, 'large')]
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', pipe])
  fs.closeSync(fs.openSync(large, 'w'))
  fs.truncateSync(large, 65 * 1024 * 1024)
  expect(readJson(folder)).toEqual(cannotTell('not a file'))
  expect(readText(pipe)).toEqual(cannotTell('not a file'))
  expect(readJson(large)).toEqual(cannotTell('too large'))
})

test('polecats are folders: not files, not links, not hidden', () => {
  const folder = temporaryFolder()
  for (const name of ['rust', 'pip', '.claude', 'a b']) fs.mkdirSync(join(folder, name))
  fs.writeFileSync(join(folder, 'file'), '')
  fs.symlinkSync(join(folder, 'pip'), join(folder, 'link'))
  expect(foldersIn(folder)).toEqual({ known: true, value: ['a b', 'pip', 'rust'] })
  expect(namesIn(folder)).toMatchObject({ value: ['.claude', 'a b', 'file', 'link', 'pip', 'rust'] })
  expect([foldersIn(join(folder, 'no')), namesIn(join(folder, 'no'))]).toEqual([nothing, nothing])
  expect(foldersIn(join(folder, 'file'))).toEqual(cannotTell('cannot be listed'))
})

test('a link to nothing exists: an emergency stop is believed', () => {
  const folder = temporaryFolder()
  fs.symlinkSync('nothing', join(folder, 'ESTOP'))
  expect(exists(join(folder, 'ESTOP'))).toBe(true)
  expect(exists(join(folder, 'no'))).toBe(false)
  expect(exists(join(folder, 'ESTOP', 'no'))).toBe(false)
})

test('folders are made for us alone, times are told in milliseconds, and removing twice is fine', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'a', 'b', 'file')
  makeFolder(join(folder, 'a', 'b'))
  makeFolder(join(folder, 'a', 'b'))
  expect(modeOf(join(folder, 'a'))).toBe(0o700)
  writeText(file, '')
  fs.utimesSync(file, at / 1000, at / 1000)
  expect(modifiedAt(file)).toBe(at)
  removeFile(file)
  removeFile(file)
  expect(modifiedAt(file)).toBeUndefined()
})

test('a broken file of ours is set aside under its time, each one under a name of its own', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'town.json')
  const aside = [1, 2].map((n) => {
    fs.writeFileSync(file, `broken ${n}`)
    return setAside(file, at)
  })
  expect(aside).toEqual([`${file}.corrupt-20251229T220700Z`, `${file}.corrupt-20251229T220700Z-2`])
  expect(exists(file)).toBe(false)
  fs.writeFileSync(file, 'broken 3')
  expect(fs.readFileSync(copyAside(file, at), 'utf8')).toBe('broken 3')
  expect(exists(file)).toBe(true)
})

test('a log and its old copy stay under the limit together, and no line is torn', () => {
  const folder = temporaryFolder()
  const log = join(folder, 'daemon.log')
  for (let line = 0; line < 300; line += 1) {
    appendLine(log, `line ${line} ${'é'.repeat(line % 30)}`, 2000)
    const size = fs.statSync(log).size + (fs.statSync(`${log}.1`, { throwIfNoEntry: false })?.size ?? 0)
    expect(size).toBeLessThanOrEqual(2000)
  }
  const lines = [`${log}.1`, log].flatMap((file) => fs.readFileSync(file, 'utf8').trimEnd().split('\n'))
  const numbers = lines.map((line) => Number(/^line (\d+) é*$/.exec(line)?.[1]))
  expect(numbers).toEqual(numbers.map((_, index) => 300 - numbers.length + index))
  appendLine(log, 'x'.repeat(5000), 2000)
  expect(fs.statSync(log).size).toBeLessThanOrEqual(1000)
  expect(modeOf(log)).toBe(0o600)
})

test('a line that a killed check left half written does not swallow the next one', () => {
  const log = join(temporaryFolder(), 'history.jsonl')
  fs.writeFileSync(log, '{"a":1}\n{"b":')
  appendLine(log, '{"c":\n3}', 10_000)
  expect(fs.readFileSync(log, 'utf8')).toBe('{"a":1}\n{"b":\n{"c": 3}\n')
})

test('what killed writes left behind is swept: exact names, files of ours, old ones', () => {
  const folder = temporaryFolder()
  const ledger = join(folder, 'ledger.json')
  const old = ['ledger.json.1234567890', 'ledger.json.1', 'ledger.json.12ab', 'xledger.json.12345', 'other.json.12345']
  const now = Date.now()
  for (const name of [...old, 'ledger.json.22222', 'ledger.json', 'target']) fs.writeFileSync(join(folder, name), '')
  fs.symlinkSync(join(folder, 'target'), join(folder, 'ledger.json.33333'))
  fs.mkdirSync(join(folder, 'ledger.json.44444'))
  for (const name of old) fs.utimesSync(join(folder, name), now / 1000 - 601, now / 1000 - 601)
  sweepTemporary([ledger, join(folder, 'missing', 'file')], now)
  const left = namesIn(folder)
  expect(left.known && left.value).toEqual(
    [...old.slice(1), 'ledger.json', 'ledger.json.22222', 'ledger.json.33333', 'ledger.json.44444', 'target'].sort(),
  )
})
