import { describe, expect, it } from 'vitest'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { AgentSight, Snapshot } from '../../../src/domain/snapshot.js'
import { stalledWork } from '../../../src/rules/stalled-work.js'
import { inWords } from '../../support/plan-words.js'
import {
  ago,
  crew,
  deacon,
  HOUR,
  MINUTE,
  mail,
  NOW,
  polecat,
  refinery,
  type SightOptions,
  town,
  witness,
} from '../../support/town-builder.js'

const stuck: SightOptions = {
  bead: { hook: 'gt-abc', updatedAt: ago(31 * MINUTE) },
  session: { activityAt: ago(31 * MINUTE) },
}
const toast = (options: SightOptions): AgentSight => polecat('gastown', 'toast', { ...stuck, ...options })

interface Row {
  readonly says: string
  readonly sights: readonly AgentSight[]
  readonly town?: Partial<Snapshot>
  readonly to?: string
}

const rows: readonly Row[] = [
  { says: 'no progress in bead and pane is reported to the witness', sights: [toast({})], to: 'gastown/witness' },
  {
    says: 'a bead that says running counts too',
    sights: [toast({ bead: { state: 'running', hook: 'gt-abc', updatedAt: ago(31 * MINUTE) } })],
    to: 'gastown/witness',
  },
  {
    says: 'a dead witness is passed over for the mayor',
    sights: [toast({}), witness('gastown', { state: 'dead' })],
    to: 'mayor/',
  },
  {
    says: 'a zombie witness is passed over for the mayor',
    sights: [toast({}), witness('gastown', { state: 'zombie' })],
    to: 'mayor/',
  },
  {
    says: 'a witness that cannot be told is told all the same',
    sights: [toast({}), witness('gastown', { state: 'unknown', blind: true })],
    to: 'gastown/witness',
  },
  { says: 'a pane that moves is progress', sights: [toast({ session: { activityAt: ago(MINUTE) } })] },
  {
    says: 'a pane silent for exactly 30 min is not stuck',
    sights: [toast({ session: { activityAt: ago(30 * MINUTE) } })],
  },
  { says: 'a bead that changes is progress', sights: [toast({ bead: { hook: 'gt-abc' } })] },
  {
    says: 'a bead of exactly 30 min is not stuck',
    sights: [toast({ bead: { hook: 'gt-abc', updatedAt: ago(30 * MINUTE) } })],
  },
  {
    says: 'times in the future count as now',
    sights: [toast({ session: { activityAt: NOW + HOUR }, bead: { hook: 'gt-abc', updatedAt: NOW + HOUR } })],
  },
  {
    says: 'a bead without a time cannot be judged',
    sights: [toast({ bead: { hook: 'gt-abc', updatedAt: undefined } })],
  },
  { says: 'an empty hook is no work', sights: [toast({ bead: { updatedAt: ago(HOUR) } })] },
  {
    says: 'an idle bead is no work',
    sights: [toast({ bead: { hook: 'gt-abc', state: 'idle', updatedAt: ago(HOUR) } })],
  },
  { says: 'a bead that cannot be told is no evidence', sights: [toast({ bead: cannotTell('bd failed') })] },
  { says: 'a dead session is another rule’s', sights: [toast({ state: 'dead', session: undefined })] },
  { says: 'a session that is not understood is left alone', sights: [toast({ state: 'unknown' })] },
  {
    says: 'nobody is reported who was put to rest',
    sights: [toast({ restraint: { kind: 'estop', because: 'ESTOP.gastown' } })],
  },
  { says: 'a refinery and crew are not judged', sights: [refinery('gastown', stuck), crew('gastown', 'max', stuck)] },
  {
    says: 'a deacon that leaves mail unread is another rule’s',
    sights: [deacon({ session: { activityAt: ago(HOUR) } })],
    town: { mail: known([mail({ createdAt: ago(HOUR) })]) },
  },
  { says: 'a rig that the town does not have is not judged', sights: [polecat('ghost', 'toast', stuck)] },
]

describe('work on a live polecat’s hook', () => {
  it.each(rows)('$says', ({ sights, town: parts = {}, to }) => {
    const plan = stalledWork(town(parts, ...sights))
    const expected =
      to === undefined
        ? { does: [], finds: [] }
        : { does: [`notify gastown/polecats/toast to ${to}`], finds: ['stalled gastown/polecats/toast!'] }
    expect(inWords(plan)).toEqual({ ...expected, blind: [] })
  })

  it('that makes no progress is told in the words of the original, under a key without the age', () => {
    const [notice] = stalledWork(town({}, toast({ session: { activityAt: ago(40 * MINUTE) } }))).actions
    expect(notice).toMatchObject({
      key: 'GUPP_VIOLATION|gastown/polecats/toast|gt-abc',
      subject: 'GUPP_VIOLATION: gt-gastown-polecat-toast stuck for 31m0s',
    })
  })

  it('that makes no progress is shown with each age and the end of the pane', () => {
    const sight = toast({ session: { activityAt: ago(40 * MINUTE) }, paneTail: 'waiting' })
    expect(stalledWork(town({}, sight)).findings).toMatchObject([
      { evidence: { beadAgeSeconds: 1860, paneSilentSeconds: 2400, hook: 'gt-abc', paneTail: ['waiting'] } },
    ])
  })
})
