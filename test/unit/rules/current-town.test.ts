import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/decide.js'
import { isDown, needsHook, needsWork } from '../../../src/domain/conditions.js'
import { hookOf } from '../../../src/domain/hook.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { Claim } from '../../../src/domain/ledger.js'
import { emptyPlan } from '../../../src/domain/plan.js'
import type { AgentSight, Snapshot } from '../../../src/domain/snapshot.js'
import { crashedPolecats } from '../../../src/rules/crashed-polecats.js'
import { orphanedWork } from '../../../src/rules/orphaned-work.js'
import { staleAgents } from '../../../src/rules/stale-agents.js'
import { stalledWork } from '../../../src/rules/stalled-work.js'
import { inWords } from '../../support/plan-words.js'
import {
  ago,
  crew,
  currentSteps,
  deacon,
  defaultSettings,
  HOUR,
  ledgerOf,
  MINUTE,
  NOW,
  polecat,
  type SightOptions,
  town,
  witness,
  work,
} from '../../support/town-builder.js'

const agent = { role: 'polecat', rig: 'gastown', name: 'toast' } as const
const hooked = known(work(agent))
const closed = known(work(agent, { status: 'closed' }))
const spawned = { state: 'spawning', updatedAt: ago(HOUR) }
/** As the second look leaves one that was asked for: what hangs on its hook is told, and is the work. */
const crashed: SightOptions = { state: 'dead', bead: spawned, hooked, work: hooked }
const toast = (options: SightOptions = {}): AgentSight => polecat('gastown', 'toast', { ...crashed, ...options })
const currentTown = (parts: Partial<Snapshot>, ...sights: readonly AgentSight[]): Snapshot =>
  town({ steps: currentSteps, ...parts }, ...sights)

interface Row {
  readonly says: string
  readonly sight: AgentSight
  readonly does?: readonly string[]
  readonly finds?: readonly string[]
  readonly blind?: readonly string[]
}

const started = { does: ['start gastown/polecats/toast'] }
const blindToast = { blind: ['gastown/polecats/toast'] }
const told = ['notify gastown/polecats/toast to gastown/witness']
const nothing = known(null)
/** Work that nobody has touched for an hour. */
const old: SightOptions = { hooked: known(work(agent, { updatedAt: ago(HOUR) })) }
const failed = { does: told, finds: ['failed-done gastown/polecats/toast!'] }
const since = { ledger: ledgerOf({ 'gastown/polecats/toast': { absentSince: ago(10 * MINUTE) } }) }
const parked = { kind: 'parked', because: 'gastown is parked' } as const

describe('a polecat of a current town', () => {
  it.each<Row>([
    { says: 'without a session is started when work names it', sight: toast(), ...started },
    { says: 'also when its own bead names no work', sight: toast({ bead: { ...spawned, hook: '' } }), ...started },
    { says: 'also when it has no bead', sight: toast({ bead: null }), ...started },
    { says: 'also when its session is a zombie', sight: toast({ state: 'zombie' }), ...started },
    {
      says: 'may sleep when no work names it, whatever its bead says',
      sight: toast({ hooked: nothing, work: undefined, bead: { ...spawned, hook: 'gt-old' } }),
    },
    { says: 'without a bead may sleep too', sight: toast({ hooked: nothing, work: undefined, bead: null }) },
    {
      says: 'whose work cannot be told is a blind spot',
      sight: toast({ hooked: cannotTell('Dolt server unreachable'), work: undefined }),
      ...blindToast,
    },
    {
      says: 'whose bead cannot be told is the blind spot that looking made',
      sight: toast({ bead: cannotTell('Dolt server unreachable'), hooked: undefined, work: undefined }),
    },
    { says: 'spawned 4 min ago is not raced', sight: toast({ bead: { ...spawned, updatedAt: ago(4 * MINUTE) } }) },
    {
      says: 'spawned 5 min ago has crashed',
      sight: toast({ bead: { ...spawned, updatedAt: ago(5 * MINUTE) } }),
      ...started,
    },
    { says: 'that is done is left alone', sight: toast({ bead: { state: 'done' } }) },
    { says: 'that is stuck paused itself', sight: toast({ bead: { state: 'stuck' } }) },
    { says: 'that waits at a gate paused itself', sight: toast({ bead: { state: 'awaiting-gate' } }) },
    { says: 'whose work is closed is left alone', sight: toast({ hooked: closed, work: closed }) },
    {
      says: 'whose gt done failed needs attention, and its witness is told',
      sight: toast({ leave: { at: ago(0), work: 'gt-abc' } }),
      ...failed,
    },
    {
      says: 'whose gt done failed 9 min ago still waits for its witness',
      sight: toast({ leave: { at: ago(9 * MINUTE), work: 'gt-abc' }, ...old }),
      ...failed,
    },
    {
      says: 'whose gt done failed 10 min ago is started',
      sight: toast({ leave: { at: ago(10 * MINUTE), work: 'gt-abc' }, ...old }),
      ...started,
    },
    {
      says: 'whose gt done failed while the clock was ahead waits from now on',
      sight: toast({ leave: { at: NOW + HOUR, work: '' } }),
      ...failed,
    },
    {
      says: 'whose gt done could not push needs attention too, although it says idle',
      sight: toast({ bead: { state: 'idle', updatedAt: ago(0), isDoneFailed: true } }),
      ...failed,
    },
    {
      says: 'whose work was given to it again after that has crashed',
      sight: toast({ leave: { at: ago(2 * MINUTE), work: 'gt-abc' } }),
      ...started,
    },
    {
      says: 'that was ending other work has crashed',
      sight: toast({ leave: { at: ago(0), work: 'gt-old' } }),
      ...started,
    },
    {
      says: 'that said idle after its work was touched paused itself, and is left to its witness',
      sight: toast({ bead: { state: 'idle', updatedAt: ago(0) } }),
      finds: ['restrained gastown/polecats/toast'],
    },
    {
      says: 'that said idle before its work was touched has crashed',
      sight: toast({ bead: { state: 'idle', updatedAt: ago(HOUR) } }),
      ...started,
    },
    {
      says: 'of a parked rig stays down, and what its bead names is said',
      sight: toast({ restraint: parked, hooked: undefined, work: undefined, bead: { hook: 'gt-abc' } }),
      finds: ['restrained gastown/polecats/toast'],
    },
    {
      says: 'of a rig whose bead says docked stays down',
      sight: toast({ restraint: { kind: 'docked', because: 'gastown is docked, as its bead says' } }),
      finds: ['restrained gastown/polecats/toast'],
    },
    {
      says: 'of which nobody can tell whose its session name is is left alone',
      sight: toast({ state: 'unknown' }),
      finds: ['not-understood gastown/polecats/toast!'],
    },
    {
      says: 'that is not understood is no warning when no work names it',
      sight: toast({ state: 'unknown', hooked: nothing, work: undefined, bead: { ...spawned, hook: 'gt-old' } }),
      finds: ['not-understood gastown/polecats/toast'],
    },
    {
      says: 'that is not understood and whose work cannot be told is a blind spot',
      sight: toast({ state: 'unknown', hooked: cannotTell('Dolt server unreachable'), work: undefined }),
      ...blindToast,
    },
  ])('$says', ({ sight, does = [], finds = [], blind = [] }) => {
    expect(inWords(crashedPolecats(currentTown({}, sight), emptyPlan))).toEqual({ does, finds, blind })
  })

  it('whose gt done failed while the clock was ahead is started some time after it was first seen down', () => {
    const sight = toast({ leave: { at: NOW + HOUR, work: '' } })
    expect(inWords(crashedPolecats(currentTown(since, sight), emptyPlan)).does).toEqual(started.does)
  })

  it('whose gt done failed is looked at again when its time is over', () => {
    const sight = toast({ leave: { at: ago(MINUTE), work: '' } })
    const settings = { ...defaultSettings, exitingGrace: 3 * MINUTE }
    const { findings, actions } = crashedPolecats(currentTown({ settings }, sight), emptyPlan)
    expect(findings).toMatchObject([
      { until: NOW + 2 * MINUTE, because: expect.stringContaining('its gt done failed') },
    ])
    expect(actions).toMatchObject([
      {
        key: 'FAILED_DONE|gastown/polecats/toast|gt-abc',
        body: expect.stringContaining('restart_at: 2026-01-05T12:02:00.000Z'),
      },
    ])
  })

  it('is named with its work in the notice that a failed start leaves', () => {
    expect(crashedPolecats(currentTown({}, toast()), emptyPlan).actions).toMatchObject([
      {
        because: 'gt-abc is on its hook, but a dead session for the test',
        otherwise: { key: 'CRASHED_POLECAT|gastown/polecats/toast|gt-abc', body: expect.stringContaining('gt-abc') },
      },
    ])
  })
})

const idle: SightOptions = {
  bead: spawned,
  session: { activityAt: ago(40 * MINUTE) },
  hooked: known(work(agent, { updatedAt: ago(31 * MINUTE) })),
}
const live = (options: SightOptions = {}): AgentSight => polecat('gastown', 'toast', { ...idle, ...options })

describe('work on a live polecat’s hook in a current town', () => {
  it.each<Row>([
    { says: 'that shows no progress is told, whatever its bead says of its state', sight: live(), does: told },
    {
      says: 'that was touched is progress',
      sight: live({ hooked: known(work(agent, { updatedAt: ago(MINUTE) })) }),
    },
    { says: 'whose pane moves is progress', sight: live({ session: { activityAt: ago(MINUTE) }, hooked: undefined }) },
    { says: 'that is not there cannot be stuck', sight: live({ hooked: nothing }) },
    { says: 'that cannot be told is no evidence', sight: live({ hooked: cannotTell('Dolt server unreachable') }) },
    {
      says: 'of which only its own old bead tells was not asked for',
      sight: live({ hooked: undefined, bead: { ...spawned, hook: 'gt-abc', updatedAt: ago(MINUTE) } }),
    },
  ])('$says', ({ sight, does = [] }) => {
    expect(inWords(stalledWork(currentTown({}, sight))).does).toEqual(does)
  })

  it('is said with the age of the work, not of its agent’s bead', () => {
    const plan = stalledWork(currentTown({}, live()))
    expect(plan.actions).toMatchObject([{ subject: 'GUPP_VIOLATION: gt-gastown-polecat-toast stuck for 31m0s' }])
    expect(plan.findings).toMatchObject([{ evidence: { hook: 'gt-abc', workAgeSeconds: 1860, beadAgeSeconds: 3600 } }])
  })
})

describe('hooked work of a current town', () => {
  it.each<Row>([
    { says: 'whose polecat is gone and not started is told, with no mark of death', sight: toast(), does: told },
    { says: 'whose polecat has no folder is told too', sight: toast({ folder: known('missing') }), does: told },
    { says: 'whose polecat has no bead is told too', sight: toast({ bead: null }), does: told },
    {
      says: 'whose polecat was ending it itself is told',
      sight: toast({ leave: { at: ago(0), work: '' } }),
      does: told,
    },
    { says: 'of a polecat just spawned is not', sight: toast({ bead: { state: 'spawning' } }) },
    { says: 'of a polecat that paused itself is not', sight: toast({ bead: { state: 'stuck' } }) },
    { says: 'of a parked rig is not', sight: toast({ restraint: parked }) },
    { says: 'of a zombie is not', sight: toast({ state: 'zombie' }) },
    { says: 'that is nobody’s is none', sight: toast({ hooked: nothing, work: undefined }) },
    { says: 'that cannot be told is not', sight: toast({ hooked: cannotTell('x'), work: undefined }) },
    { says: 'whose agent’s bead cannot be told is not', sight: toast({ bead: cannotTell('x') }) },
  ])('$says', ({ sight, does = [] }) => {
    expect(inWords(orphanedWork(currentTown({}, sight), emptyPlan)).does).toEqual(does)
  })

  it('is no orphan when its polecat is started now', () => {
    expect(inWords(decide(currentTown({}, toast()))).does).toEqual(['start gastown/polecats/toast'])
  })

  it('is told once: not when a notice says already that its polecat cannot be started', () => {
    const plan = decide(currentTown({}, toast({ folder: known('not-a-worktree') })))
    expect(plan.actions).toMatchObject([{ kind: 'notify', key: 'CRASHED_POLECAT|gastown/polecats/toast|gt-abc' }])
  })

  it('is told whatever others are told of, and whatever mail is closed', () => {
    const closing = {
      kind: 'close-mail',
      rule: 'x',
      because: '',
      agent: undefined,
      mailId: 'a',
      clearFlag: undefined,
    } as const
    const [other] = decide(currentTown({}, polecat('gastown', 'rye', { ...crashed, folder: known('missing') }))).actions
    const actions = other === undefined ? [] : [closing, other]
    expect(actions).toHaveLength(2)
    expect(inWords(orphanedWork(currentTown({}, toast()), { actions, findings: [] })).does).toEqual(told)
  })

  it('is told once its polecat may not be started for now', () => {
    const starts = [9, 8, 7, 6, 5].map(
      (minutes) => ({ at: ago(minutes * MINUTE), by: 'inference', outcome: 'started' }) as const,
    )
    const ledger = ledgerOf({ 'gastown/polecats/toast': { starts } })
    expect(inWords(decide(currentTown({ ledger }, toast()))).does).toEqual(told)
  })
})

describe('a current town whose issues cannot be asked', () => {
  const restraint = { kind: 'blind', because: 'Dolt server unreachable' } as const
  const blind = { restraint, bead: cannotTell('Dolt server unreachable') }

  it('starts nobody, says why, tells nobody, and finishes no claim', () => {
    const claim: Claim = {
      address: 'gastown/witness',
      verb: 'restart',
      session: 'absent',
      state: 'killed',
      claimedAt: ago(MINUTE),
      changedAt: ago(MINUTE),
      mailOpen: false,
    }
    const down = { ...blind, state: 'dead' } as const
    const plan = decide(
      currentTown(
        { mail: cannotTell('Dolt server unreachable'), ledger: ledgerOf({}, { claims: { 'hq-wisp-1': claim } }) },
        deacon(down),
        witness('gastown', down),
        polecat('gastown', 'toast', down),
      ),
    )
    expect(plan.actions.filter(({ deferred }) => deferred === undefined)).toEqual([])
    expect(inWords(plan)).toMatchObject({
      does: ['restart gastown/witness later'],
      finds: ['restrained gastown/witness', 'restrained deacon'],
    })
  })
})

describe('what a bead says of its agent’s state', () => {
  const fresh = { state: 'dead', bead: { state: 'working', updatedAt: ago(MINUTE) } } as const
  const trusting = { settings: { ...defaultSettings, trustBeads: true } }

  it('is believed in a classic town, and counts for nothing in a current one', () => {
    expect(isDown(deacon(fresh), town(trusting))).toBe(false)
    expect(isDown(deacon(fresh), currentTown(trusting))).toBe(true)
  })

  it('is corrected in a classic town only', () => {
    const gone = deacon({ state: 'dead', bead: { state: 'working', updatedAt: ago(HOUR) } })
    const ledger = ledgerOf({ deacon: { absentSince: ago(HOUR) } })
    expect(inWords(staleAgents(town({ ledger }, gone))).does).toHaveLength(1)
    expect(inWords(staleAgents(currentTown({ ledger }, gone))).does).toEqual([])
  })
})

describe('the beads of work', () => {
  const unasked = (options: SightOptions = {}) => toast({ hooked: undefined, work: undefined, ...options })
  const silent: SightOptions = { state: 'alive', session: { activityAt: ago(31 * MINUTE) } }

  it.each<[string, AgentSight, boolean]>([
    ['are asked when a polecat is down', unasked(), true],
    ['are asked when it has no bead', unasked({ bead: null }), true],
    ['are asked when it was silent for long', unasked(silent), true],
    ['are not asked while it works', unasked({ state: 'alive', session: { activityAt: ago(MINUTE) } }), false],
    ['are not asked while it is spawned', unasked({ bead: { state: 'spawning' } }), false],
    ['are not asked when it is done', unasked({ bead: { state: 'done' } }), false],
    ['are not asked when its rig is parked', unasked({ restraint: parked }), false],
    ['are not asked when its own bead cannot be', unasked({ bead: cannotTell('x') }), false],
    ['are asked when its session is not understood', unasked({ state: 'unknown' }), true],
    ['are not asked when nobody can tell of its session', unasked({ state: 'unknown', blind: true }), false],
    ['are not asked for a crew member', crew('gastown', 'max', { state: 'dead' }), false],
    ['are not asked for a witness', witness('gastown', { state: 'dead' }), false],
  ])('%s', (_, sight, asked) => {
    expect(needsHook(sight, currentTown({}))).toBe(asked)
    expect(needsHook(sight, town())).toBe(false)
  })

  it('take the place of those that agents’ own beads name', () => {
    const named = unasked({ bead: { ...spawned, hook: 'gt-old' } })
    expect(needsWork(named, town())).toBe(true)
    expect(needsWork(named, currentTown({}))).toBe(false)
    expect(hookOf(named)).toBe('gt-old')
    expect(hookOf({ ...named, hooked })).toBe('gt-abc')
    expect(hookOf({ ...named, hooked: nothing })).toBe('')
    expect(hookOf({ ...named, hooked: cannotTell('x') })).toBe('')
  })
})
