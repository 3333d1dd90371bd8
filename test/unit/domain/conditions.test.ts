import { describe, expect, it } from 'vitest'
import {
  evidenceOf,
  isStalledCandidate,
  needsWork,
  personAt,
  townsOwn,
  waitingMail,
} from '../../../src/domain/conditions.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import { emptyLedger } from '../../../src/domain/ledger.js'
import {
  ago,
  classicSteps,
  crew,
  deacon,
  defaultSettings,
  HOUR,
  MINUTE,
  mail,
  NOW,
  polecat,
  refinery,
  type SightOptions,
  town,
  witness,
  work,
} from '../../support/town-builder.js'

const hooked = { hook: 'gt-abc' }
const crashed: SightOptions = { state: 'dead', bead: hooked }

describe('the bead of hooked work', () => {
  it.each<{ says: string; polecat: SightOptions; asked: boolean }>([
    { says: 'is asked for when the session is gone', polecat: crashed, asked: true },
    { says: 'is asked for when the session is a zombie', polecat: { ...crashed, state: 'zombie' }, asked: true },
    {
      says: 'is asked for when the polecat is marked dead',
      polecat: { ...crashed, bead: { ...hooked, state: 'dead' } },
      asked: true,
    },
    { says: 'is not asked for while the agent runs', polecat: { bead: hooked }, asked: false },
    { says: 'is not asked for while the agent starts', polecat: { ...crashed, state: 'starting' }, asked: false },
    {
      says: 'is not asked for when nobody can tell of the session',
      polecat: { ...crashed, state: 'unknown', blind: true },
      asked: false,
    },
    { says: 'is not asked for without a hook', polecat: { state: 'dead' }, asked: false },
    { says: 'is not asked for without a bead', polecat: { state: 'dead', bead: null }, asked: false },
    {
      says: 'is not asked for when the bead cannot be told',
      polecat: { state: 'dead', bead: cannotTell('bd failed') },
      asked: false,
    },
    {
      says: 'is not asked for while the polecat is spawned',
      polecat: { ...crashed, bead: { ...hooked, state: 'spawning' } },
      asked: false,
    },
    {
      says: 'is not asked for while the polecat is spawned, nobody knows since when',
      polecat: { ...crashed, bead: { ...hooked, state: 'spawning', updatedAt: undefined } },
      asked: false,
    },
    {
      says: 'is asked for when spawning takes too long',
      polecat: { ...crashed, bead: { ...hooked, state: 'spawning', updatedAt: ago(5 * MINUTE) } },
      asked: true,
    },
    {
      says: 'is not asked for when the polecat is done',
      polecat: { ...crashed, bead: { ...hooked, state: 'done' } },
      asked: false,
    },
    {
      says: 'is not asked for when the polecat is nuked',
      polecat: { ...crashed, bead: { ...hooked, state: 'nuked' } },
      asked: false,
    },
    {
      says: 'is not asked for when the rig is parked',
      polecat: { ...crashed, restraint: { kind: 'parked', because: 'parked' } },
      asked: false,
    },
  ])('$says', ({ polecat: options, asked }) => {
    expect(needsWork(polecat('gastown', 'toast', options), town())).toBe(asked)
  })

  it('is not asked for when a fresh bead is believed', () => {
    const moment = {
      now: NOW,
      settings: { ...defaultSettings, trustBeads: true },
      steps: classicSteps,
      ledger: emptyLedger,
    }
    expect(needsWork(polecat('gastown', 'toast', crashed), moment)).toBe(false)
  })

  it('is not asked for when a refinery or crew hooks it', () => {
    expect(needsWork(refinery('gastown', crashed), town())).toBe(false)
    expect(needsWork(crew('gastown', 'max', crashed), town())).toBe(false)
  })
})

describe('a person', () => {
  it.each<{ says: string; session: SightOptions['session']; because: string | undefined }>([
    { says: 'is nowhere near a session of its own', session: {}, because: undefined },
    { says: 'may be attached', session: { attached: 1 }, because: 'a person is attached to its session' },
    {
      says: 'may have opened a second pane',
      session: { panes: 2 },
      because: 'its session has a second pane, in which a person may be at work',
    },
    {
      says: 'may look at its window from another session',
      session: { windows: [{ id: '@1', viewers: 1, panes: ['%1'] }] },
      because: 'a person looks at its window from another tmux session',
    },
    {
      says: 'may run this very check there',
      session: { holdsThisCheck: true },
      because: 'this check runs in its session',
    },
  ])('$says', ({ session, because }) => {
    expect(personAt(deacon({ session }).session)).toBe(because)
  })

  it('cannot be where no session is', () => {
    expect(personAt(undefined)).toBeUndefined()
  })
})

describe('mail that the deacon leaves unread', () => {
  const old = mail({ id: 'old', createdAt: ago(2 * HOUR) })
  const older = mail({ id: 'older', createdAt: ago(3 * HOUR) })

  it('is told by the oldest, in whatever order it lies', () => {
    expect(waitingMail(town({ mail: known([old, older]) }))?.id).toBe('older')
    expect(waitingMail(town({ mail: known([older, old]) }))?.id).toBe('older')
  })

  it('is held against the deacon and nobody else', () => {
    const silent = { session: { activityAt: ago(HOUR) } }
    const snapshot = town({ mail: known([old]) })
    expect(isStalledCandidate(deacon(silent), snapshot)).toBe(true)
    expect(isStalledCandidate(witness('gastown', silent), snapshot)).toBe(false)
  })
})

describe('an agent of the town', () => {
  it.each([
    { says: 'is the deacon, whatever the rigs', agent: deacon().agent, rigs: cannotTell('not JSON'), is: true },
    { says: 'is one of a rig that rigs.json has', agent: refinery('gastown').agent, rigs: town().rigs, is: true },
    { says: 'is none of another rig', agent: refinery('ghost').agent, rigs: town().rigs, is: false },
    {
      says: 'is none of any rig where the rigs cannot be told',
      agent: refinery('gastown').agent,
      rigs: cannotTell('not JSON'),
      is: false,
    },
  ])('$says', ({ agent, rigs, is }) => {
    expect(townsOwn({ rigs })({ agent })).toBe(is)
  })
})

describe('the evidence of a finding', () => {
  it('has ages in whole seconds, none below zero, and null for what is not known', () => {
    const sight = polecat('gastown', 'toast', { session: { activityAt: ago(1499) }, bead: { updatedAt: NOW + MINUTE } })
    expect(evidenceOf(sight, NOW)).toEqual({
      session: 'gt-gastown-toast',
      liveness: 'alive',
      paneSilentSeconds: 1,
      bead: 'gt-gastown-polecat-toast',
      beadState: 'working',
      beadAgeSeconds: 0,
      hook: '',
    })
    expect(evidenceOf(deacon({ state: 'dead', bead: null }), NOW)).toMatchObject({
      paneSilentSeconds: null,
      bead: null,
      hook: null,
    })
  })

  it('names the work on a hook, also of an agent without a bead', () => {
    const agent = { role: 'polecat', rig: 'gastown', name: 'toast' } as const
    const sight = polecat('gastown', 'toast', { bead: null, hooked: known(work(agent, { updatedAt: ago(MINUTE) })) })
    expect(evidenceOf(sight, NOW)).toMatchObject({ bead: null, hook: 'gt-abc', workAgeSeconds: 60 })
    expect(evidenceOf(deacon(), NOW)).not.toHaveProperty('workAgeSeconds')
  })
})
