import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import { emptyPlan } from '../../../src/domain/plan.js'
import type { AgentSight } from '../../../src/domain/snapshot.js'
import { crashedPolecats } from '../../../src/rules/crashed-polecats.js'
import { orphanedWork } from '../../../src/rules/orphaned-work.js'
import { inWords } from '../../support/plan-words.js'
import { crew, polecat, refinery, type SightOptions, town, witness } from '../../support/town-builder.js'

const orphan: SightOptions = {
  state: 'dead',
  bead: { state: 'dead', hook: 'gt-abc' },
  work: known({ id: 'gt-abc', status: 'hooked' }),
}
const toast = (options: SightOptions = {}): AgentSight => polecat('gastown', 'toast', { ...orphan, ...options })
const start = { kind: 'start', rule: 'crashed-polecats', because: '', agent: toast().agent, zombie: undefined } as const

interface Row {
  readonly says: string
  readonly sights: readonly AgentSight[]
  readonly planned?: readonly Action[]
  readonly to?: string
}

const rows: readonly Row[] = [
  { says: 'of a dead polecat that is not started is told to the witness', sights: [toast()], to: 'gastown/witness' },
  {
    says: 'of a polecat without a directory too',
    sights: [toast({ folder: known('missing') })],
    to: 'gastown/witness',
  },
  {
    says: 'is told to the mayor when the witness is down',
    sights: [toast(), witness('gastown', { state: 'dead' })],
    to: 'mayor/',
  },
  { says: 'is no orphan when its polecat is started now', sights: [toast()], planned: [start] },
  {
    says: 'is one when that start is put off',
    sights: [toast()],
    planned: [{ ...start, deferred: { because: 'a person', soon: false } }],
    to: 'gastown/witness',
  },
  {
    says: 'is one, too, when a notice said before the mark that its polecat cannot be started',
    sights: [toast({ folder: known('not-a-worktree') })],
    planned: crashedPolecats(town({}, toast({ folder: known('not-a-worktree') })), emptyPlan).actions,
    to: 'gastown/witness',
  },
  {
    says: 'stays an orphan when somebody else is started',
    sights: [toast()],
    planned: [{ ...start, agent: { role: 'deacon' } }],
    to: 'gastown/witness',
  },
  { says: 'that is merged is told as that', sights: [toast({ delivery: known({ how: 'merged', because: 'x' }) })] },
  { says: 'that may be merged is told as that', sights: [toast({ delivery: cannotTell('git timed out') })] },
  {
    says: 'that is neither merged nor submitted is told',
    sights: [toast({ delivery: known(null) })],
    to: 'gastown/witness',
  },
  { says: 'of one not marked dead is not told yet', sights: [toast({ bead: { hook: 'gt-abc' } })] },
  { says: 'that is closed is over', sights: [toast({ work: known({ id: 'gt-abc', status: 'closed' }) })] },
  { says: 'that cannot be told is not told', sights: [toast({ work: cannotTell('bd failed') })] },
  { says: 'that nobody asked for is not told', sights: [toast({ work: undefined })] },
  { says: 'needs a hook', sights: [toast({ bead: { state: 'dead' } })] },
  { says: 'of a live polecat marked dead is in good hands', sights: [toast({ state: 'alive' })] },
  { says: 'of one that cannot be told is not judged', sights: [toast({ state: 'unknown', blind: true })] },
  { says: 'of a zombie is not orphaned: its session is there', sights: [toast({ state: 'zombie' })] },
  {
    says: 'of a parked rig is nobody’s concern',
    sights: [toast({ restraint: { kind: 'parked', because: 'parked' } })],
  },
  { says: 'of refinery and crew is not judged', sights: [refinery('gastown', orphan), crew('gastown', 'max', orphan)] },
  { says: 'of a rig that the town does not have is not judged', sights: [polecat('ghost', 'toast', orphan)] },
]

describe('hooked work', () => {
  it.each(rows)('$says', ({ sights, planned = [], to }) => {
    const plan = orphanedWork(town({}, ...sights), { ...emptyPlan, actions: planned })
    expect(inWords(plan)).toEqual({
      does: to === undefined ? [] : [`notify gastown/polecats/toast to ${to}`],
      finds: [],
      blind: [],
    })
  })

  it('that is orphaned is told under a key of its own', () => {
    expect(orphanedWork(town({}, toast()), emptyPlan).actions).toMatchObject([
      { key: 'ORPHANED_WORK|gastown/polecats/toast|gt-abc' },
    ])
  })
})
