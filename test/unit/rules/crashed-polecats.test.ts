import { describe, expect, it } from 'vitest'
import { cannotTell, known } from '../../../src/domain/known.js'
import { emptyPlan } from '../../../src/domain/plan.js'
import type { AgentSight, Snapshot } from '../../../src/domain/snapshot.js'
import { crashedPolecats } from '../../../src/rules/crashed-polecats.js'
import { inWords } from '../../support/plan-words.js'
import {
  ago,
  defaultSettings,
  HOUR,
  ledgerOf,
  MINUTE,
  NOW,
  polecat,
  type SightOptions,
  session,
  town,
  witness,
} from '../../support/town-builder.js'

const open = known({ id: 'gt-abc', status: 'in_progress' })
const hooked = { hook: 'gt-abc' }
const crashed: SightOptions = { state: 'dead', bead: hooked, work: open }
const toast = (options: SightOptions = {}): AgentSight => polecat('gastown', 'toast', { ...crashed, ...options })

interface Row {
  readonly says: string
  readonly sight: AgentSight
  readonly town?: Partial<Snapshot>
  readonly does?: readonly string[]
  readonly finds?: readonly string[]
  readonly blind?: readonly string[]
}

const started = { does: ['start gastown/polecats/toast'] }
const told = { does: ['notify gastown/polecats/toast to gastown/witness'], finds: ['folder gastown/polecats/toast!'] }
const blindToast = { blind: ['gastown/polecats/toast'] }
const blindWork = { blind: ['gt-abc, hooked by gastown/polecats/toast'] }
const spawning = (updatedAt: number | undefined) => toast({ bead: { ...hooked, state: 'spawning', updatedAt } })
/** The polecat is absent for so long, and its bead was written when the clock was ahead. */
const absentFor = (ms: number) => ({
  sight: spawning(NOW + 24 * HOUR),
  town: { ledger: ledgerOf({ 'gastown/polecats/toast': { absentSince: ago(ms) } }) },
})
const working = (status: string) => toast({ work: known({ id: 'gt-abc', status }) })
const startingFor = (ms: number) =>
  ledgerOf({ 'gastown/polecats/toast': { attention: { condition: 'starting', since: ago(ms) } } })
const neither = known(null)
const merged = known({ how: 'merged', because: 'its branch polecat/toast is merged into origin/main' } as const)
const submitted = known({ how: 'submitted', because: 'its merge request gt-mr1 is open' } as const)
const closed = { work: known({ id: 'gt-abc', status: 'closed' }) }
const gone = (verdict: string, attention = '') => ({
  does: ['notify gastown/polecats/toast to gastown/witness'],
  finds: [`${verdict} gastown/polecats/toast${attention}`],
})
const trusting = { settings: { ...defaultSettings, trustBeads: true } }

const rows: readonly Row[] = [
  { says: 'one that spawns by a bead from the future, absent for 4 minutes, is left alone', ...absentFor(4 * MINUTE) },
  { says: 'absent for 5 minutes, it is started', ...absentFor(5 * MINUTE), ...started },
  { says: 'a hooked polecat without a session is started', sight: toast(), ...started },
  { says: 'whatever its bead says of its state', sight: toast({ bead: { ...hooked, state: 'idle' } }), ...started },
  { says: 'also when it is marked dead', sight: toast({ bead: { ...hooked, state: 'dead' } }), ...started },
  { says: 'also when its session is a zombie', sight: toast({ state: 'zombie' }), ...started },
  { says: 'one with a live session is left alone', sight: toast({ state: 'alive' }) },
  {
    says: 'one that is starting is left alone',
    sight: toast({ state: 'starting' }),
    finds: ['starting gastown/polecats/toast'],
  },
  { says: 'one that tmux could not tell of is left alone', sight: toast({ state: 'unknown', blind: true }) },
  {
    says: 'one that is not understood is left alone',
    sight: toast({ state: 'unknown' }),
    finds: ['not-understood gastown/polecats/toast!'],
  },
  {
    says: 'one that is not understood is a warning when nobody can tell of its work',
    sight: toast({ state: 'unknown', work: cannotTell('bd timed out') }),
    finds: ['not-understood gastown/polecats/toast!'],
  },
  {
    says: 'one that is not understood is a warning when bd does not know its work',
    sight: toast({ state: 'unknown', work: known(null) }),
    finds: ['not-understood gastown/polecats/toast!'],
  },
  ...[
    toast({ state: 'unknown', bead: {}, work: undefined }),
    toast({ state: 'unknown', bead: null, work: undefined }),
    toast({ state: 'unknown', bead: { ...hooked, state: 'nuked' }, work: undefined }),
    toast({ state: 'unknown', work: known({ id: 'gt-abc', status: 'closed' }) }),
    toast({ state: 'unknown', restraint: { kind: 'parked', because: 'gastown is parked' } }),
  ].map((sight) => ({
    says: 'one that is not understood is no warning where it has no work to do',
    sight,
    finds: ['not-understood gastown/polecats/toast'],
  })),
  {
    says: 'one with work that has been starting for 10 min is a warning',
    sight: toast({ state: 'starting', work: undefined }),
    town: { ledger: startingFor(10 * MINUTE) },
    finds: ['starting gastown/polecats/toast!'],
  },
  {
    says: 'one without work may be starting for as long as it likes',
    sight: toast({ state: 'starting', bead: {}, work: undefined }),
    town: { ledger: startingFor(HOUR) },
    finds: ['starting gastown/polecats/toast'],
  },
  { says: 'one without a hook may sleep', sight: toast({ bead: {} }) },
  { says: 'one spawning for 4 min is not raced', sight: spawning(ago(4 * MINUTE)) },
  { says: 'one spawning since the future is not raced', sight: spawning(NOW + HOUR) },
  { says: 'one spawning for 5 min has crashed', sight: spawning(ago(5 * MINUTE)), ...started },
  { says: 'one spawning since nobody knows when is a blind spot', sight: spawning(undefined), ...blindToast },
  { says: 'one that is done is left alone', sight: toast({ bead: { ...hooked, state: 'done' } }) },
  { says: 'one that is nuked is left alone', sight: toast({ bead: { ...hooked, state: 'nuked' } }) },
  { says: 'one whose work is closed is left alone', sight: working('closed') },
  { says: 'one whose work was deleted is left alone', sight: working('tombstone') },
  {
    says: 'one whose work is neither merged nor submitted is started',
    sight: toast({ delivery: neither }),
    ...started,
  },
  {
    says: 'one whose work is merged stays down, and its witness is told',
    sight: toast({ delivery: merged }),
    ...gone('merged'),
  },
  { says: 'also when it left a zombie', sight: toast({ state: 'zombie', delivery: merged }), ...gone('merged') },
  { says: 'one whose work is submitted stays down too', sight: toast({ delivery: submitted }), ...gone('submitted') },
  {
    says: 'one whose work may be merged stays down and needs attention',
    sight: toast({ delivery: cannotTell('git timed out') }),
    ...gone('unverified', '!'),
  },
  { says: 'one whose work is merged and closed is left alone', sight: toast({ delivery: merged, ...closed }) },
  { says: 'one whose work is merely blocked is started', sight: working('blocked'), ...started },
  {
    says: 'one whose work cannot be told is a blind spot',
    sight: toast({ work: cannotTell('bd show: no such bead') }),
    ...blindWork,
  },
  {
    says: 'one with work that bd does not know is told to its witness, and not started',
    sight: toast({ work: known(null) }),
    does: ['notify gastown/polecats/toast to gastown/witness'],
    finds: ['unknown-work gastown/polecats/toast!'],
  },
  {
    says: 'one with work that bd does not know and no folder is told to its witness as well',
    sight: toast({ work: known(null), folder: known('missing') }),
    does: ['notify gastown/polecats/toast to gastown/witness'],
    finds: ['unknown-work gastown/polecats/toast!'],
  },
  {
    says: 'one that is put to rest with work that bd does not know stays down',
    sight: toast({ work: known(null), restraint: { kind: 'parked', because: 'gastown is parked' } }),
    finds: ['restrained gastown/polecats/toast'],
  },
  { says: 'one whose work nobody asked for is a blind spot', sight: toast({ work: undefined }), ...blindWork },
  {
    says: 'a blind spot that looking named is not named twice',
    sight: toast({ work: cannotTell('bd show timed out') }),
    town: { blindSpots: [{ what: 'the bead gt-abc', why: 'bd show timed out' }] },
  },
  { says: 'one that no database knows is a blind spot', sight: toast({ bead: null }), ...blindToast },
  {
    says: 'one whose bead cannot be told is the blind spot that looking made',
    sight: toast({ bead: cannotTell('bd timed out') }),
  },
  {
    says: 'one of a parked rig without a bead is none',
    sight: toast({ bead: null, restraint: { kind: 'parked', because: '' } }),
  },
  {
    says: 'one whose folder is gone is named, and not started',
    sight: toast({ folder: known('missing') }),
    finds: ['folder gastown/polecats/toast!'],
  },
  {
    says: 'one whose folder is gone and whose work is closed is left alone',
    sight: toast({ folder: known('missing'), work: known({ id: 'gt-abc', status: 'closed' }) }),
  },
  {
    says: 'one whose folder is no work tree is told to its witness',
    sight: toast({ folder: known('not-a-worktree') }),
    ...told,
  },
  {
    says: 'one whose folder is no work tree is told to the mayor when the witness is down',
    sight: toast({ folder: known('not-a-worktree') }),
    town: { agents: [toast({ folder: known('not-a-worktree') }), witness('gastown', { state: 'dead' })] },
    does: ['notify gastown/polecats/toast to mayor/'],
    finds: told.finds,
  },
  {
    says: 'one whose folder cannot be told is a blind spot',
    sight: toast({ folder: cannotTell('EACCES') }),
    blind: ['work folder of gastown/polecats/toast'],
  },
  {
    says: 'one of a parked rig stays down, its work unasked',
    sight: toast({ work: undefined, restraint: { kind: 'parked', because: 'gastown is parked' } }),
    finds: ['restrained gastown/polecats/toast'],
  },
  {
    says: 'a zombie with a person attached is left to that person',
    sight: toast({ state: 'zombie', session: { attached: 1 } }),
    does: ['start gastown/polecats/toast later'],
    finds: ['attached gastown/polecats/toast!'],
  },
  {
    says: 'one that crashes over and over is held',
    sight: toast(),
    town: {
      ledger: ledgerOf({
        'gastown/polecats/toast': {
          starts: [9, 8, 7, 6, 5].map((minutes) => ({
            at: ago(minutes * MINUTE),
            by: 'inference',
            outcome: 'started',
          })),
        },
      }),
    },
    finds: ['held gastown/polecats/toast!'],
  },
  { says: 'one with a fresh working bead is believed with --trust-beads', sight: toast(), town: trusting },
  { says: 'one of a rig that the town does not have is not judged', sight: polecat('ghost', 'toast', crashed) },
  {
    says: 'no polecat is judged where the rigs cannot be told',
    sight: toast(),
    town: { rigs: cannotTell('rigs.json: not JSON') },
  },
]

describe('a polecat', () => {
  it.each(rows)('$says', ({ sight, town: parts = {}, does = [], finds = [], blind = [] }) => {
    expect(inWords(crashedPolecats(town(parts, sight), emptyPlan))).toEqual({ does, finds, blind })
  })

  it('that is started says why, and what its witness gets when that fails', () => {
    const plan = crashedPolecats(town({}, toast({ state: 'zombie' })), emptyPlan)
    expect(plan.actions).toMatchObject([
      {
        because: 'gt-abc is on its hook, but a zombie session for the test',
        zombie: session().identity,
        otherwise: {
          key: 'CRASHED_POLECAT|gastown/polecats/toast|gt-abc',
          to: 'gastown/witness',
          subject: 'CRASHED_POLECAT: gastown/toast restart failed',
        },
      },
    ])
  })

  it('without a work tree is told with that reason', () => {
    const plan = crashedPolecats(town({}, toast({ folder: known('not-a-worktree') })), emptyPlan)
    expect(plan.actions).toMatchObject([
      { body: expect.stringContaining('restart_error: its work folder is not a git work tree') },
    ])
  })

  it('about whom a request decides is not judged', () => {
    const start = { kind: 'start', rule: 'x', because: '', agent: toast().agent, zombie: undefined } as const
    expect(inWords(crashedPolecats(town({}, toast()), { actions: [start], findings: [] }))).toEqual({
      does: [],
      finds: [],
      blind: [],
    })
  })
})
