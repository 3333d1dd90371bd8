import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Claim } from '../../src/domain/ledger.js'
import type { Mail } from '../../src/domain/snapshot.js'
import { openLedger } from '../../src/ports/ledger-file.js'
import { raiseTown } from '../support/fake-town.js'
import { anySeed, diceOf } from '../support/faults/dice.js'
import { cases } from '../support/faults/form.js'
import { type Life, type Lived, live } from '../support/faults/ledger-life.js'
import { watchedCheck } from '../support/faults/watched-check.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const requests = cases(5000, 10_000)

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const isOpen = ({ state, mailOpen }: Claim): boolean => mailOpen || state === 'claimed'

/** What the ledger still knows so much later, when something is written into it again. */
function claimsAfter({ path, requestMaxAge }: Life, now: number): readonly Claim[] {
  const file = openLedger(path, { now, readOnly: false, requestMaxAge })
  file.change((ledger) => ledger)
  return Object.values(file.current().claims)
}

const lives = {
  'within hours': { atOnce: 100, interval: 30_000, requestMaxAge: 6 * HOUR },
  'within months': { atOnce: 100, interval: 20 * HOUR, requestMaxAge: 6 * HOUR },
  'that stay good for a month': { atOnce: 100, interval: 4 * HOUR, requestMaxAge: 30 * DAY },
}
type How = keyof typeof lives
const everyHow = ['within hours', 'within months', 'that stay good for a month'] as const satisfies readonly How[]

interface Told extends Lived {
  readonly seed: number
  readonly life: Life
}
const told = new Map<How, Told>()

/** Each is lived once: that takes a minute, and two tests want the first. */
function lived(how: How): Told {
  const before = told.get(how)
  if (before) return before
  const seed = anySeed()
  const life = { path: join(folder, `${how}.json`), requests, until: Date.now(), ...lives[how] }
  const now = { seed, life, ...live(life, diceOf(seed)) }
  told.set(how, now)
  return now
}

describe('the ledger after thousands of requests', () => {
  it.each(everyHow)(
    '%s carries out none of them again, stays small, and forgets them',
    (how) => {
      const { seed, life, carriedOut, twice, returned, largest } = lived(how)
      expect({ seed, twice }).toEqual({ seed, twice: [] })
      expect(carriedOut.length).toBeGreaterThan(requests / 3)
      expect(returned).toBeGreaterThan(requests / 40)
      expect(largest).toBeLessThan(carriedOut.length * 300)
      if (how === 'within months') expect(largest).toBeLessThan(2000 * 300)
      const path = `${life.path}.later`
      copyFileSync(life.path, path)
      expect(claimsAfter({ ...life, path }, life.until + life.requestMaxAge + 8 * DAY).every(isOpen)).toBe(true)
    },
    300_000,
  )

  it('is read by a whole check, which closes what comes back, and carries out what is new', async (ctx) => {
    const { life, carriedOut } = lived('within hours')
    const town = raiseTown({ kind: 'current' })
    try {
      town.addRig('gastown')
      town.addWorker('gastown/crew/late')
      await town.wake('deacon', 'gastown/witness', 'gastown/crew/late')
      const path = join(town.root, 'daemon/heartbeat/ledger.json')
      mkdirSync(dirname(path), { recursive: true })
      copyFileSync(life.path, path)
      const claims = Object.values(openLedger(path, { now: Date.now(), readOnly: true }).current().claims)
      const busy = new Set(claims.filter(({ state }) => state === 'claimed').map(({ address }) => address))
      const old = carriedOut.find(({ from, request }) => !busy.has(from) && isUpAfter(request))
      const asker = old?.from ?? ''
      town.addWorker(asker)
      const secondsAgo = Math.round((Date.now() - (old?.createdAt ?? 0)) / 1000)
      const send = (from: string, rest: { readonly id: string; readonly secondsAgo: number }): string =>
        town.sendMail({ from, subject: 'LIFECYCLE: x', body: 'cycle', ...rest })
      send(asker, { id: old?.id ?? '', secondsAgo })
      send('gastown/crew/late', { id: 'hq-wisp-new', secondsAgo: 0 })
      const { document, took, peak } = await watchedCheck(town)
      expect(document.actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`).sort()).toEqual([
        'close-mail null done',
        'cycle gastown/crew/late done',
      ])
      expect([town.isUp(asker), town.mails('deacon/').map(({ status }) => status)]).toEqual([
        false,
        ['closed', 'closed'],
      ])
      expect(peak).toBeLessThan(200)
      ctx.annotate(
        `a check of ${took} ms with ${carriedOut.length} requests in the ledger, ${everyHow.length} ledgers of ${requests} requests, with old ones coming back`,
      )
    } finally {
      await town.end()
    }
  }, 120_000)
})

const isUpAfter = (request: Mail['request']): boolean =>
  request !== undefined && 'verb' in request && request.verb !== 'shutdown'
