import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { changeRecord, emptyLedger, type Ledger } from '../../../src/domain/ledger.js'
import { openLedger } from '../../../src/ports/ledger-file.js'
import { temporaryFolder } from './around.js'

const now = Date.UTC(2025, 11, 29, 22, 7)
const checking = { now, readOnly: false }
const started = (ledger: Ledger) =>
  changeRecord(ledger, 'deacon', (record) => ({
    ...record,
    starts: [...record.starts, { at: now, by: 'inference', outcome: 'begun' }],
  }))
const written = (path: string): unknown => JSON.parse(fs.readFileSync(path, 'utf8'))
/** In the folder that the lock makes. */
function ledgerPath(): string {
  const folder = join(temporaryFolder(), 'daemon', 'heartbeat')
  fs.mkdirSync(folder, { recursive: true })
  return join(folder, 'ledger.json')
}

test('a town without a ledger remembers nothing, and that is no loss', () => {
  const path = ledgerPath()
  const ledger = openLedger(path, checking)
  expect(ledger).toMatchObject({ lost: false, path })
  expect(ledger.current()).toEqual(emptyLedger)
  expect(written(path)).toEqual(emptyLedger)
})

test.each(['history.jsonl', 'next', 'town.json', '../next-interval'])(
  'a missing ledger is lost when %s shows that there was one',
  (trace) => {
    const path = ledgerPath()
    fs.writeFileSync(join(path, '..', trace), '')
    const complaint = `${path} is missing, but earlier checks wrote ${join(path, '..', trace)}`
    expect(openLedger(path, { ...checking, readOnly: true })).toMatchObject({ lost: true, complaint })
    expect(fs.existsSync(path)).toBe(false)
    expect(openLedger(path, checking)).toMatchObject({ lost: true, complaint })
    expect(written(path)).toEqual({ ...emptyLedger, lostAt: now })
    expect(openLedger(path, checking)).toMatchObject({ lost: false })
  },
)

test.each([
  ['a folder', (path: string) => fs.mkdirSync(path)],
  ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
])('%s in place of a ledger is moved aside as it is', (kind, make) => {
  const path = ledgerPath()
  make(path)
  const aside = `${path}.corrupt-20251229T220700Z`
  const { ino } = fs.lstatSync(path)
  const complaint = `${path} is ${kind}, not a file`
  expect(openLedger(path, { ...checking, readOnly: true })).toMatchObject({ lost: true, complaint })
  expect(openLedger(path, checking)).toMatchObject({ lost: true, complaint: `${complaint}; set aside as ${aside}` })
  expect(fs.lstatSync(aside).ino).toBe(ino)
  expect(written(path)).toEqual({ ...emptyLedger, lostAt: now })
})

test('a ledger that this user may not read is moved aside as it is', (ctx) => {
  if (process.geteuid?.() !== 0 || !process.seteuid) return ctx.skip('needs root, who may act as another user')
  const path = ledgerPath()
  fs.writeFileSync(path, '{"schema":1}', { mode: 0 })
  for (let folder = dirname(path); folder !== tmpdir(); folder = dirname(folder)) fs.chmodSync(folder, 0o777)
  process.seteuid(65_534)
  try {
    const complaint = expect.stringMatching(/EACCES.*set aside as .*corrupt-20251229T220700Z$/)
    expect(openLedger(path, checking)).toMatchObject({ lost: true, complaint })
  } finally {
    process.seteuid(0)
  }
  expect(fs.readFileSync(`${path}.corrupt-20251229T220700Z`, 'utf8')).toBe('{"schema":1}')
  expect(written(path)).toEqual({ ...emptyLedger, lostAt: now })
})

test('a town that went away since it was locked does not begin anew', () => {
  const path = ledgerPath()
  fs.rmdirSync(join(path, '..'))
  expect(() => openLedger(path, checking)).toThrow('ENOENT')
  expect(fs.existsSync(join(path, '..'))).toBe(false)
})

test('a change is on disk when it returns, for us alone, and the next check reads it', () => {
  const path = ledgerPath()
  const ledger = openLedger(path, checking)
  ledger.change(started)
  expect(written(path)).toEqual(ledger.current())
  expect(fs.statSync(path).mode & 0o777).toBe(0o600)
  expect(openLedger(path, checking).current()).toEqual(ledger.current())
})

test('what a later version wrote is kept at every level', () => {
  const path = ledgerPath()
  const future = {
    ...emptyLedger,
    mood: 'fine',
    agents: { deacon: { starts: [{ at: now, by: 'request', outcome: 'started', how: 'well' }], dreams: [1] } },
    claims: {
      m1: {
        ...{ address: 'deacon', verb: 'cycle', state: 'done', claimedAt: now, changedAt: now, mailOpen: false },
        session: { serverPid: 1, sessionId: '$1', paneStart: '2@3', colour: 'green' },
        who: 'x',
      },
    },
    notices: { k: { state: 'sent', at: now, to: 'mayor/', subject: 's', by: 'y' } },
    children: [{ pid: 1, startTime: '2', program: 'gt', address: 'deacon', group: 1 }],
    lastCheck: { startedAt: now, endedAt: now, intervalSeconds: 300, verdict: 'ok' },
  }
  fs.writeFileSync(path, JSON.stringify(future))
  const ledger = openLedger(path, checking)
  ledger.change((current) => ({ ...current, activityAt: now }))
  expect(written(path)).toEqual({ ...future, activityAt: now })
})

test.each([
  ['cut off', '{"schema":1,"agents":{', /ledger\.json is no JSON: \S/],
  ['empty', '', /ledger\.json is no JSON: \S/],
  ['no ledger', '[]', /ledger\.json is no ledger: : \S/],
  ['of another schema', JSON.stringify({ ...emptyLedger, schema: 2 }), /ledger\.json is no ledger: schema: \S/],
  [
    'wrong in one claim',
    JSON.stringify({ ...emptyLedger, claims: { m1: { state: 'claimed' } } }),
    /ledger\.json is no ledger: claims\.m1\.\w+: \S/,
  ],
])('a ledger that is %s is set aside; the new one says since when nothing is remembered', (_, text, complaint) => {
  const path = ledgerPath()
  fs.writeFileSync(path, text)
  const ledger = openLedger(path, checking)
  expect(ledger).toMatchObject({ lost: true, complaint: expect.stringMatching(complaint) })
  expect(ledger.current()).toEqual({ ...emptyLedger, lostAt: now })
  expect(written(path)).toEqual({ ...emptyLedger, lostAt: now })
  expect(fs.readFileSync(`${path}.corrupt-20251229T220700Z`, 'utf8')).toBe(text)
  expect(openLedger(path, { ...checking, now: now + 1 })).toMatchObject({ lost: false })
  expect(openLedger(path, { ...checking, now: now + 1 }).current().lostAt).toBe(now)
})

test('a ledger that was lost by a clock that ran ahead was lost by now', () => {
  const path = ledgerPath()
  for (const [lostAt, believed] of [
    [now + 3_600_000, now],
    [now - 1, now - 1],
  ]) {
    fs.writeFileSync(path, JSON.stringify({ ...emptyLedger, lostAt }))
    expect(openLedger(path, checking).current()).toEqual({ ...emptyLedger, lostAt: believed })
  }
})

test('a dry run changes nothing on disk, broken or not', () => {
  const path = ledgerPath()
  fs.rmdirSync(join(path, '..'))
  const missing = openLedger(path, { now, readOnly: true })
  missing.change(started)
  expect(missing.current().agents['deacon']?.starts).toHaveLength(1)
  expect(fs.existsSync(join(path, '..'))).toBe(false)
  fs.mkdirSync(join(path, '..'))
  fs.writeFileSync(path, 'broken')
  const broken = openLedger(path, { now, readOnly: true })
  expect(broken).toMatchObject({ lost: true, complaint: expect.stringContaining(path) })
  expect(broken.current()).toEqual({ ...emptyLedger, lostAt: now })
  expect(fs.readdirSync(join(path, '..'))).toEqual(['ledger.json'])
  expect(fs.readFileSync(path, 'utf8')).toBe('broken')
})

test('a change that cannot be written throws, and is not believed', () => {
  const path = ledgerPath()
  const ledger = openLedger(path, checking)
  fs.rmSync(path)
  fs.mkdirSync(path)
  expect(() => ledger.change(started)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/ledger\.json cannot be written: \S/),
      cause: expect.any(Error),
    }),
  )
  expect(ledger.current()).toEqual(emptyLedger)
})
