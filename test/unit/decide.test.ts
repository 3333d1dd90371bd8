import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide.js'
import type { Action, Notify, Plan } from '../../src/domain/action.js'
import { address } from '../../src/domain/agent.js'
import { needsHook, whosePlaceMatters } from '../../src/domain/conditions.js'
import { cannotTell, known } from '../../src/domain/known.js'
import type { Claim, StartRecord } from '../../src/domain/ledger.js'
import { changesSession } from '../../src/domain/plan.js'
import type { AgentSight, Mail, Snapshot } from '../../src/domain/snapshot.js'
import { resultOf } from '../../src/domain/verdict.js'
import { deeds, inWords, verdicts } from '../support/plan-words.js'
import {
  ago,
  classicSteps,
  crew,
  currentSteps,
  deacon,
  defaultSettings,
  HOUR,
  ledgerOf,
  MINUTE,
  mail,
  mayor,
  NOW,
  polecat,
  refinery,
  SECOND,
  type SightOptions,
  town,
  witness,
  work as workOf,
} from '../support/town-builder.js'

const work = known({ id: 'gt-abc', status: 'hooked' })
const crashed: SightOptions = { state: 'dead', bead: { hook: 'gt-abc' }, work }
const nothing = { does: [], finds: [], blind: [] }

/** One of everything. */
const broken = (parts: Partial<Snapshot> = {}): Snapshot =>
  town(
    { ledger: ledgerOf({ 'gastown/refinery': { absentSince: ago(HOUR) } }), ...parts },
    deacon({ state: 'zombie' }),
    witness('gastown', { state: 'dead' }),
    refinery('gastown', { state: 'dead', bead: { updatedAt: ago(HOUR) } }),
    polecat('gastown', 'stuck', {
      bead: { hook: 'gt-abc', updatedAt: ago(HOUR) },
      session: { activityAt: ago(HOUR) },
    }),
    polecat('gastown', 'toast', crashed),
    polecat('gastown', 'lost', { ...crashed, bead: { hook: 'gt-abc', state: 'dead' }, folder: known('missing') }),
  )

const askToCycle: Partial<Snapshot> = { mail: known([mail({ from: 'gastown/witness', request: { verb: 'cycle' } })]) }
const asking: SightOptions = {
  flags: known({
    path: '/town/gastown/witness/state.json',
    requesting: { cycle: true, restart: false, shutdown: false },
  }),
}

describe('a heartbeat', () => {
  it('leaves a healthy town alone', () => {
    expect(inWords(decide(town()))).toEqual(nothing)
  })

  it('goes through its steps in order', () => {
    expect(deeds(decide(broken()))).toEqual([
      'start deacon',
      'start gastown/witness',
      'mark-dead gastown/refinery',
      'notify gastown/polecats/stuck to mayor/',
      'start gastown/polecats/toast',
      'notify gastown/polecats/lost to mayor/',
    ])
  })

  it('puts polecats off when the deacon and witnesses need all the starts', () => {
    const plan = decide(broken({ settings: { ...defaultSettings, maxStarts: 2 } }))
    expect(deeds(plan).filter((deed) => deed.startsWith('start'))).toEqual([
      'start deacon',
      'start gastown/witness',
      'start gastown/polecats/toast soon',
    ])
  })

  it('after a long gap starts what is dead, but tells nobody and marks nobody', () => {
    const plan = decide(broken({ afterGap: true }))
    expect(deeds(plan)).toEqual(['start deacon', 'start gastown/witness', 'start gastown/polecats/toast'])
    expect(verdicts(plan)).toEqual(['after-gap town', 'folder gastown/polecats/lost!', 'after-gap town'])
  })

  it('with a lost ledger starts what is dead, but tells nobody and marks nobody', () => {
    const plan = decide(broken({ ledgerLost: true }))
    expect(deeds(plan)).toEqual(['start deacon', 'start gastown/witness', 'start gastown/polecats/toast'])
    expect(verdicts(plan)).toContain('lost-ledger town')
  })

  it('that sees this town’s sessions on another socket plans nothing at all', () => {
    expect(decide(broken({ socketConflict: '/tmp/a and /tmp/b' }))).toEqual({ actions: [], findings: [] })
  })

  it('lets a request outrank what it would infer', () => {
    const dead = witness('gastown', { ...asking, state: 'dead' })
    const mine = decide(town(askToCycle, dead)).actions.filter(changesSession)
    expect(mine.map(({ kind }) => kind)).toEqual(['cycle'])
  })

  it('that is only asked for the requests infers nothing', () => {
    expect(deeds(decide(broken({ mode: 'lifecycle' })))).toEqual([])
    const asked = decide(
      town({ ...askToCycle, mode: 'lifecycle' }, deacon({ state: 'dead' }), witness('gastown', asking)),
    )
    expect(asked.actions.filter(changesSession).map(({ kind }) => kind)).toEqual(['cycle'])
  })

  it('finds every agent that is down started, put off or held, and says which', () => {
    const failed: StartRecord = { at: ago(SECOND), by: 'inference', outcome: 'failed' }
    const plan = decide(
      town(
        { ledger: ledgerOf({ 'gastown/witness': { starts: [failed] } }) },
        deacon({ state: 'zombie', session: { attached: 1 } }),
        witness('gastown', { state: 'dead' }),
        polecat('gastown', 'toast', crashed),
      ),
    )
    expect(inWords(plan)).toEqual({
      does: ['start deacon later', 'start gastown/polecats/toast'],
      finds: ['attached deacon!', 'waiting gastown/witness!'],
      blind: [],
    })
  })
})

/** The ledger after a check that sent all its notices. */
function afterSending({ ledger, now }: Snapshot, plan: Plan): Snapshot['ledger'] {
  const sent = plan.actions.filter((action): action is Notify => action.kind === 'notify')
  const records = sent.map(({ key, to, subject }) => [key, { state: 'sent' as const, at: now, to, subject }])
  return { ...ledger, notices: { ...ledger.notices, ...Object.fromEntries(records) } }
}

/** How many notices a town gets that does not change over so many checks, one in five minutes. */
function noticesOver(checks: number): number {
  let snapshot = broken()
  let count = 0
  for (let check = 0; check < checks; check++) {
    const plan = decide({ ...snapshot, now: NOW + check * 5 * MINUTE })
    count += plan.actions.filter(({ kind }) => kind === 'notify').length
    snapshot = { ...snapshot, ledger: afterSending({ ...snapshot, now: NOW + check * 5 * MINUTE }, plan) }
  }
  return count
}

describe('a town that does not change', () => {
  it('gets each notice once in six hours, though its subject counts the minutes', () => {
    expect(noticesOver(72)).toBe(2)
    expect(noticesOver(73)).toBe(4)
  })
})

const states = fc.constantFrom('dead', 'zombie', 'starting', 'alive', 'unknown')
const moment = fc.integer({ min: -2 * HOUR, max: 9 * HOUR }).map(ago)

const anyBead = fc.oneof(
  fc.constant(null),
  fc.constant(cannotTell('bd timed out')),
  fc.record({
    state: fc.constantFrom('spawning', 'running', 'working', 'idle', 'done', 'nuked', 'dead'),
    hook: fc.constantFrom('', 'gt-abc'),
    updatedAt: fc.option(moment, { nil: undefined }),
  }),
)

const anyOptions = fc.record<SightOptions>({
  state: states,
  blind: fc.boolean(),
  bead: anyBead,
  folder: fc.constantFrom(known('ready'), known('missing'), known('not-a-worktree'), cannotTell('EACCES')),
  work: fc.constantFrom(undefined, work, known({ id: 'gt-abc', status: 'closed' }), cannotTell('bd failed')),
  restraint: fc.constantFrom(undefined, undefined, { kind: 'parked', because: 'parked' }),
  flags: asking.flags === undefined ? fc.constant(known(null)) : fc.constantFrom(known(null), asking.flags),
})

const anyActivity = fc.record({ activityAt: moment, attached: fc.nat({ max: 1 }), createdAt: moment })

const sighted = (make: (options: SightOptions) => AgentSight): fc.Arbitrary<AgentSight> =>
  fc.tuple(anyOptions, anyActivity).map(([options, session]) => {
    const hasSession = options.state === 'alive' || options.state === 'zombie'
    return make(hasSession ? { ...options, session } : options)
  })

const anySights = fc.tuple(
  sighted(deacon),
  sighted(mayor),
  ...['gastown', 'beads'].flatMap((rig) => [
    sighted((options) => witness(rig, options)),
    sighted((options) => refinery(rig, options)),
    sighted((options) => crew(rig, 'max', options)),
    sighted((options) => polecat(rig, 'toast', options)),
    sighted((options) => polecat(rig, 'rye', options)),
  ]),
)

const anyRecord = fc.record({
  starts: fc.array(
    fc.record<StartRecord>({
      at: moment,
      by: fc.constantFrom('inference', 'request'),
      outcome: fc.constantFrom('begun', 'started', 'failed', 'duplicate'),
    }),
    { maxLength: 7 },
  ),
  absentSince: moment,
  unknownSince: moment,
  attention: fc.option(
    fc.record({ condition: fc.constantFrom('down', 'blocked', 'unknown', 'starting'), since: moment }),
    { nil: undefined },
  ),
})

const anyMail: fc.Arbitrary<Mail> = fc
  .record({
    id: fc.constantFrom('hq-1', 'hq-2', 'hq-3'),
    from: fc.constantFrom('deacon/', 'gastown/witness', 'beads/witness', 'gastown/polecats/toast', 'overseer'),
    createdAt: moment,
    request: fc.constantFrom(
      undefined,
      { verb: 'cycle' as const },
      { verb: 'shutdown' as const },
      { complaint: 'no verb' },
    ),
  })
  .map(mail)

const rigs = known([
  { name: 'gastown', prefix: 'gt' },
  { name: 'beads', prefix: 'bd' },
])

/** Towns in any state, of which any look brought back anything; `mails`: what the deacon's inbox may hold. */
const anyTown = (mails: fc.Arbitrary<Snapshot['mail']>): fc.Arbitrary<Snapshot> =>
  fc
    .record({
      sights: anySights,
      records: fc.array(anyRecord),
      mail: mails,
      afterGap: fc.boolean(),
      trust: fc.boolean(),
    })
    .map(({ sights, records, mail, afterGap, trust }) => {
      const remembered = sights.map((one, index) => [one.address, records[index] ?? {}])
      const ledger = ledgerOf(Object.fromEntries(remembered))
      const settings = { ...defaultSettings, trustBeads: trust }
      return town({ agents: sights, rigs, ledger, settings, mail, afterGap })
    })

const quiet = anyTown(fc.constantFrom(known([]), cannotTell('bd timed out')))
const busy = anyTown(fc.uniqueArray(anyMail, { selector: ({ id }) => id }).map(known))

const claim: Claim = {
  address: 'gastown/polecats/toast',
  verb: 'restart',
  session: 'absent',
  state: 'killed',
  claimedAt: ago(MINUTE),
  changedAt: ago(MINUTE),
  mailOpen: false,
}

/** A kind of town, and what the second look asks and hears in it. */
const anyKind = fc.record({
  steps: fc.constantFrom(classicSteps, currentSteps),
  hooked: fc.constantFrom(known(null), known(workOf({ role: 'polecat', rig: 'gastown', name: 'toast' }))),
  leave: fc.constantFrom(undefined, { at: NOW, work: '' }),
})
type AnyKind = typeof anyKind extends fc.Arbitrary<infer Kind> ? Kind : never

/** The same town as it is seen where work tells of hooks: only those are asked of whom a finding needs it. */
const asked = (snapshot: Snapshot, { hooked, leave }: AnyKind): Snapshot => ({
  ...snapshot,
  agents: snapshot.agents.map((sight) =>
    needsHook(sight, snapshot) ? { ...sight, hooked, leave } : { ...sight, leave },
  ),
})

const needsAttention = (action: Action): boolean =>
  action.kind === 'notify' && action.key.startsWith('NEEDS_ATTENTION|')

/** What a check comes to that does all that is planned. */
const resultOfAll = ({ actions, findings, blindSpots = [] }: Plan, snapshot: Snapshot): string =>
  resultOf({
    outcomes: actions.map((action) => ({ action, outcome: action.deferred ? 'deferred' : 'done' })),
    findings: [...snapshot.findings, ...findings],
    blindSpots: [...snapshot.blindSpots, ...blindSpots],
  })

/** Whether somebody should run: a deacon, a witness, or a polecat that has open work and does not rest. */
function shouldRun({ agent, restraint, bead, work, liveness }: AgentSight): boolean {
  if (restraint !== undefined || liveness.blind) return false
  if (agent.role !== 'polecat') return agent.role === 'deacon' || agent.role === 'witness'
  const own = bead.known ? bead.value : null
  const hasWork = own !== null && own.hook !== '' && work?.known === true && work.value?.status === 'hooked'
  return hasWork && !['spawning', 'done', 'nuked'].includes(own.state)
}

const actionsOn = (plan: Plan, sight: AgentSight) =>
  plan.actions.filter(({ agent }) => agent !== undefined && address(agent) === sight.address)

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) freeze(part)
  return value
}

describe('whatever a town looks like', () => {
  it('nothing is done to an agent of whom nobody can tell', () => {
    fc.assert(
      fc.property(quiet, (snapshot) => {
        const plan = decide(snapshot)
        const unknown = snapshot.agents.filter(({ liveness }) => liveness.state === 'unknown')
        const blind = unknown.filter(({ liveness }) => liveness.blind)
        expect(unknown.flatMap((sight) => actionsOn(plan, sight)).filter((one) => !needsAttention(one))).toEqual([])
        expect(blind.flatMap((sight) => actionsOn(plan, sight))).toEqual([])
      }),
    )
  })

  it('a live agent is at most reported as stalled', () => {
    fc.assert(
      fc.property(quiet, (snapshot) => {
        const plan = decide(snapshot)
        const living = snapshot.agents.filter(({ liveness }) => ['alive', 'starting'].includes(liveness.state))
        const starting = living.filter(({ liveness }) => liveness.state === 'starting')
        const said = starting.flatMap((sight) => actionsOn(plan, sight)).filter(needsAttention)
        const actions = living.flatMap((sight) => actionsOn(plan, sight)).filter((one) => !said.includes(one))
        const keys = actions.map((one) => one.kind === 'notify' && one.key)
        expect(keys.filter((key) => !/^(GUPP_VIOLATION|STALLED)\|/.test(String(key)))).toEqual([])
      }),
    )
  })

  it('whoever was put to rest is neither started nor written about', () => {
    fc.assert(
      fc.property(quiet, (snapshot) => {
        const plan = decide(snapshot)
        const resting = snapshot.agents.filter(({ restraint }) => restraint !== undefined)
        expect(resting.flatMap((sight) => actionsOn(plan, sight))).toEqual([])
      }),
    )
  })

  it('of each agent’s session at most one thing is done, and no more starts are inferred than allowed', () => {
    fc.assert(
      fc.property(busy, (snapshot) => {
        const changes = decide(snapshot).actions.filter(changesSession)
        const whose = changes.map(({ agent }) => address(agent))
        expect(whose).toEqual([...new Set(whose)])
        const starts = changes.filter(({ kind, deferred }) => kind === 'start' && deferred === undefined)
        expect(starts.length).toBeLessThanOrEqual(snapshot.settings.maxStarts)
      }),
    )
  })

  it('a deacon or witness that is down is started, put off, held or at rest, and never passed over in silence', () => {
    fc.assert(
      fc.property(quiet, (snapshot) => {
        const plan = decide({ ...snapshot, settings: defaultSettings })
        const kept = snapshot.agents.filter(({ agent }) => agent.role === 'deacon' || agent.role === 'witness')
        const down = kept.filter(({ liveness, folder }) => folder?.known && ['dead', 'zombie'].includes(liveness.state))
        const silent = down.filter(
          (sight) =>
            plan.findings.every(({ agent }) => agent !== sight.address) &&
            !actionsOn(plan, sight).some(({ kind }) => kind === 'start'),
        )
        expect(silent.map((sight) => sight.address)).toEqual([])
      }),
    )
  })

  it('is ok only where each deacon, witness and polecat with work runs, starts or is started', () => {
    fc.assert(
      fc.property(quiet, (whole) => {
        for (const one of whole.agents.filter(shouldRun)) {
          // One at a time: the others would make it a warning anyway.
          const snapshot = { ...whole, settings: defaultSettings, agents: [one] }
          const plan = decide(snapshot)
          const isStarted = actionsOn(plan, one).some(({ kind, deferred }) => kind === 'start' && !deferred)
          const isFine = ['alive', 'starting'].includes(one.liveness.state) || isStarted
          if (!isFine) expect([one.liveness.state, resultOfAll(plan, snapshot)]).not.toContain('ok')
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('is no warning because of a mayor, a refinery or a crew member that asks for nothing', () => {
    fc.assert(
      fc.property(quiet, (whole) => {
        const roles = ['mayor', 'refinery', 'crew']
        const agents = whole.agents.filter(({ agent }) => roles.includes(agent.role))
        const snapshot = { ...whole, agents }
        const plan = decide(snapshot)
        expect(resultOfAll(plan, snapshot)).toBe('ok')
        expect(plan.actions.filter(({ kind }) => kind !== 'mark-dead')).toEqual([])
      }),
    )
  })

  it('after a long gap nobody is told and nobody is marked', () => {
    fc.assert(
      fc.property(quiet, (snapshot) => {
        const { actions } = decide({ ...snapshot, afterGap: true })
        expect(actions.filter(({ kind }) => kind !== 'start')).toEqual([])
      }),
    )
  })

  it('the files of agents that are not looked at would decide nothing', () => {
    fc.assert(
      fc.property(fc.oneof(quiet, busy), anyKind, fc.boolean(), (snapshot, kind, isClaimed) => {
        const ledger = { ...snapshot.ledger, claims: isClaimed ? { 'hq-9': claim } : {} }
        const all = asked({ ...snapshot, ledger, steps: kind.steps }, kind)
        const matters = whosePlaceMatters(all)
        const agents = all.agents.map((sight) =>
          matters(sight) ? sight : { ...sight, folder: undefined, flags: undefined, leave: undefined },
        )
        expect(decide({ ...all, agents })).toEqual(decide(all))
      }),
      { numRuns: 1000 },
    )
  })

  it('the same town gives the same plan, and is left as it was', () => {
    fc.assert(
      fc.property(busy, (snapshot) => {
        const copy = structuredClone(snapshot)
        expect(decide(freeze(snapshot))).toEqual(decide(copy))
      }),
    )
  })
})
