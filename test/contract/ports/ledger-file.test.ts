import * as fs from 'node:fs'
import { join } from 'node:path'
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
  expect(fs.existsSync(path)).toBe(false)
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
  fs.mkdirSync(path, { recursive: true })
  expect(() => ledger.change(started)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/ledger\.json cannot be written: \S/),
      cause: expect.any(Error),
    }),
  )
  expect(ledger.current()).toEqual(emptyLedger)
})
