import * as fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLog, silentLog } from '../../../src/ports/log.js'
import { temporaryFolder } from './around.js'

const sizes = { logSize: 10_000, historySize: 10_000 }
const read = (root: string, name: string) => fs.readFileSync(join(root, 'daemon', name), 'utf8')

test("a line carries the old daemon's time stamp, in local time", () => {
  const root = temporaryFolder()
  openLog({ root, ...sizes }).line('Heartbeat: all is well')
  const [, stamp = ''] =
    /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) Heartbeat: all is well\n$/.exec(read(root, 'daemon.log')) ?? []
  expect(Math.abs(new Date(stamp).getTime() - Date.now())).toBeLessThan(60_000)
})

test('foreign text cannot begin a line of its own or steer a terminal', () => {
  const root = temporaryFolder()
  openLog({ root, ...sizes }).line('reason: a\nb\t\u001b[31mc\u007f é')
  expect(read(root, 'daemon.log')).toMatch(/ reason: a\\nb\\t\\u001b\[31mc\\u007f é\n$/)
})

test('history is one JSON value a line', () => {
  const root = temporaryFolder()
  const log = openLog({ root, ...sizes })
  log.history({ run: 'a', because: 'two\nlines' })
  log.history({ run: 'b' })
  const lines = read(root, 'heartbeat/history.jsonl').trimEnd().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([{ run: 'a', because: 'two\nlines' }, { run: 'b' }])
})

test('a log that cannot be written stops nothing', () => {
  const root = temporaryFolder()
  fs.writeFileSync(join(root, 'daemon'), '')
  const log = openLog({ root, ...sizes })
  expect(() => log.line('a')).not.toThrow()
  expect(() => log.history({ a: 1 })).not.toThrow()
})

test('the silent log of a dry run writes nothing', () => {
  expect(silentLog.line('a')).toBeUndefined()
  expect(silentLog.history({})).toBeUndefined()
})
