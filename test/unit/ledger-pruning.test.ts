import { expect, test } from 'vitest'
import { type Claim, emptyLedger, type StartRecord } from '../../src/domain/ledger.js'
import { pruned } from '../../src/domain/ledger-pruning.js'

const hour = 60 * 60 * 1000
const day = 24 * hour
const now = Date.UTC(2025, 11, 29)

const startsAt = (...hoursAgo: readonly number[]): readonly StartRecord[] =>
  hoursAgo.map((hours) => ({ at: now - hours * hour, by: 'inference', outcome: 'started' }))
const claim = (rest: Partial<Claim>): Claim => ({
  ...{
    address: 'deacon',
    verb: 'cycle',
    session: 'absent',
    state: 'done',
    claimedAt: 0,
    changedAt: now,
    mailOpen: false,
  },
  ...rest,
})

test('a ledger that remembers nothing stays one', () => {
  expect(pruned(emptyLedger, now)).toEqual(emptyLedger)
})

test('the last 20 starts are kept however old, and every start of the last 25 hours', () => {
  const of = (starts: readonly StartRecord[]) =>
    pruned({ ...emptyLedger, agents: { deacon: { starts, aliveSince: 7 } } }, now).agents['deacon']
  const old = startsAt(...Array.from({ length: 30 }, () => 400))
  expect(of(old)).toEqual({ starts: old.slice(10), aliveSince: 7 })
  const young = startsAt(...Array.from({ length: 30 }, () => 24.9))
  expect(of(young)?.starts).toHaveLength(30)
  expect(of([...old, ...young])?.starts).toEqual(young)
  expect(of(startsAt(-3))?.starts).toHaveLength(1)
  const last = startsAt(...Array.from({ length: 30 }, () => 25))
  expect(of(last)?.starts).toHaveLength(30)
})

test('a claim is forgotten a week after it was finished, never before its mail is gone', () => {
  const old = { changedAt: now - 8 * day }
  const claims = {
    done: claim(old),
    failed: claim({ ...old, state: 'failed' }),
    claimed: claim({ ...old, state: 'claimed' }),
    killed: claim({ ...old, state: 'killed' }),
    mailOpen: claim({ ...old, mailOpen: true }),
    fresh: claim({ changedAt: now - 7 * day }),
  }
  expect(Object.keys(pruned({ ...emptyLedger, claims }, now).claims)).toEqual([
    'claimed',
    'killed',
    'mailOpen',
    'fresh',
  ])
})

test('at most 2,000 claims are kept: the oldest finished ones go', () => {
  const many = Array.from({ length: 2500 }, (_, index) => [`m${index}`, claim({ changedAt: now - index })] as const)
  const open = claim({ state: 'claimed', changedAt: 0 })
  const { claims } = pruned({ ...emptyLedger, claims: { ...Object.fromEntries(many), open } }, now)
  expect(Object.keys(claims)).toHaveLength(2000)
  expect([claims['open'], claims['m0'], claims['m1998'], claims['m1999']]).toEqual([
    open,
    claim({ changedAt: now }),
    claim({ changedAt: now - 1998 }),
    undefined,
  ])
})

test('none is forgotten whose request could still be carried out, however many they are', () => {
  const maxAge = 6 * hour
  const ages = Array.from({ length: 2500 }, (_, index) => [`m${index}`, now - index * 8000] as const)
  const many = ages.map(([id, at]) => [id, claim({ claimedAt: at, changedAt: at })] as const)
  const ledger = { ...emptyLedger, claims: Object.fromEntries(many) }
  expect(Object.keys(pruned(ledger, now, maxAge).claims)).toHaveLength(2500)
  expect(Object.keys(pruned(ledger, now + 2 * hour, maxAge).claims)).toHaveLength(2251)
  const old = { ...emptyLedger, claims: { m: claim({ claimedAt: now - 20 * day, changedAt: now - 20 * day }) } }
  expect(Object.keys(pruned(old, now, 30 * day).claims)).toEqual(['m'])
  expect(Object.keys(pruned(old, now, maxAge).claims)).toEqual([])
})

test('notices, conditions and typings are forgotten after a week, children beyond the last 200', () => {
  const [young, old] = [now - 6 * day, now - 8 * day]
  const notice = { state: 'sent', to: 'mayor/', subject: 's' } as const
  const children = Array.from({ length: 250 }, (_, pid) => ({ pid, startTime: '1', program: 'gt', address: 'deacon' }))
  const ledger = {
    ...emptyLedger,
    notices: { young: { ...notice, at: young }, old: { ...notice, at: old } },
    conditions: { young, old },
    typing: { young, old },
    typed: { young, old },
    children,
  }
  expect(pruned(ledger, now)).toEqual({
    ...emptyLedger,
    notices: { young: { ...notice, at: young } },
    conditions: { young },
    typing: { young },
    typed: { young },
    children: children.slice(50),
  })
})

test('what is not known here is kept', () => {
  const future = { ...emptyLedger, mood: 'fine', agents: { deacon: { starts: [], dreams: 1 } } }
  expect(pruned(future, now)).toEqual(future)
})
