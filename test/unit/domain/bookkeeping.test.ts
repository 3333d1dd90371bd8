import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/domain/action.js'
import { afterLook } from '../../../src/domain/bookkeeping.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { AgentRecord, StartRecord } from '../../../src/domain/ledger.js'
import type { Snapshot } from '../../../src/domain/snapshot.js'
import {
  ago,
  deacon,
  HOUR,
  ledgerOf,
  MINUTE,
  NOW,
  polecat,
  type SightOptions,
  town,
} from '../../support/town-builder.js'
import { carryOut, start, went } from '../heartbeat-parts.js'

const begun = (at: number): StartRecord => ({ at, by: 'inference', outcome: 'started' })
const hidden = { identity: { serverPid: 100, sessionId: '$1', paneStart: '4711@' } }
const recordAfter = (record: Partial<AgentRecord>, sight: SightOptions, outcomes: readonly Outcome[] = []) =>
  afterLook(ledgerOf({ deacon: record }), town({}, deacon(sight)), outcomes).agents['deacon']

describe('what a check remembers of an agent', () => {
  it.each<[string, Partial<AgentRecord>, SightOptions, object]>([
    ['alive for the first time', {}, { state: 'alive' }, { aliveSince: NOW }],
    ['alive again', { aliveSince: ago(20 * MINUTE) }, { state: 'alive' }, { aliveSince: ago(20 * MINUTE) }],
    [
      'alive, but its process is younger than that',
      { aliveSince: ago(20 * MINUTE) },
      { state: 'alive', session: { processStartedAt: ago(MINUTE) } },
      { aliveSince: ago(MINUTE) },
    ],
    ['alive after it was absent', { absentSince: ago(HOUR) }, { state: 'alive' }, { aliveSince: NOW }],
    ['alive since a moment that lies ahead', { aliveSince: NOW + HOUR }, { state: 'alive' }, { aliveSince: NOW }],
    ['absent for the first time', { aliveSince: ago(HOUR) }, { state: 'dead' }, { absentSince: NOW }],
    ['absent again', { absentSince: ago(MINUTE) }, { state: 'dead' }, { absentSince: ago(MINUTE) }],
    ['not understood', { aliveSince: ago(MINUTE) }, { state: 'unknown' }, { unknownSince: NOW }],
    ['not understood again', { unknownSince: ago(HOUR) }, { state: 'unknown' }, { unknownSince: ago(HOUR) }],
    ['not seen', { aliveSince: ago(HOUR) }, { state: 'unknown', blind: true }, { aliveSince: ago(HOUR) }],
    [
      'not seen, absent before',
      { absentSince: ago(HOUR) },
      { state: 'unknown', blind: true },
      { absentSince: ago(HOUR) },
    ],
    [
      'not seen, not understood before',
      { unknownSince: ago(HOUR) },
      { state: 'unknown', blind: true },
      { unknownSince: ago(HOUR) },
    ],
    ['a zombie', { aliveSince: ago(HOUR), unknownSince: 1 }, { state: 'zombie' }, { emptySince: NOW }],
    ['a session that is starting', { absentSince: ago(HOUR) }, { state: 'starting' }, { emptySince: NOW }],
    ['a zombie that was starting before', { emptySince: ago(HOUR) }, { state: 'zombie' }, { emptySince: ago(HOUR) }],
    ['empty since a moment that lies ahead', { emptySince: NOW + HOUR }, { state: 'starting' }, { emptySince: NOW }],
    ['alive after it was empty', { emptySince: ago(HOUR) }, { state: 'alive' }, { aliveSince: NOW }],
    ['not seen, empty before', { emptySince: ago(HOUR) }, { state: 'unknown', blind: true }, { emptySince: ago(HOUR) }],
  ])('%s', (_, before, sight, after) => {
    const record = recordAfter({ starts: [begun(ago(MINUTE))], plainShell: true, ...before }, sight)
    const { process: _process, ...rest } = record ?? { starts: [] }
    expect(rest).toEqual({ starts: [begun(ago(MINUTE))], plainShell: true, ...after })
  })

  it.each<[string, string | undefined, SightOptions, string | undefined]>([
    ['alive: the process of its pane', undefined, { state: 'alive' }, '4711@99'],
    ['alive again in another pane: that one', '5@5', { state: 'alive' }, '4711@99'],
    ['starting: the process of its pane', undefined, { state: 'starting' }, '4711@99'],
    ['not understood: the process of its pane', undefined, { state: 'unknown', session: {} }, '4711@99'],
    ['not understood and without a session: the one before', '5@5', { state: 'unknown' }, '5@5'],
    ['not seen: the one before', '5@5', { state: 'unknown', blind: true }, '5@5'],
    ['alive, and its process is hidden: the one before', '5@5', { session: { ...hidden } }, '5@5'],
    ['alive elsewhere: the process that was found', '5@5', { state: 'unknown', session: {}, survivor: '7@7' }, '7@7'],
    ['dead: none', '5@5', { state: 'dead' }, undefined],
    ['a zombie: none', '5@5', { state: 'zombie' }, undefined],
  ])('its process, when it is %s', (_, before, sight, after) => {
    expect(recordAfter({ ...(before && { process: before }) }, sight)?.process).toBe(after)
  })

  it('the process of a session that this check made stays', () => {
    const done = [went('done', start('deacon'))]
    expect(recordAfter({ process: '8@8' }, { state: 'dead' }, done)?.process).toBe('8@8')
  })

  it('the tmux server that has the sessions, also when a later check sees none', () => {
    const server = { pid: 100, startTime: '1', socket: '/tmp/tmux-1/default' }
    expect(afterLook(ledgerOf({}), town({ server }), []).server).toEqual(server)
    expect(afterLook(ledgerOf({}, { server }), town({}), []).server).toEqual(server)
  })

  it('its starts are forgotten once it was alive for 30 minutes, and not before', () => {
    const starts = [begun(ago(40 * MINUTE))]
    expect(recordAfter({ starts, aliveSince: ago(30 * MINUTE) }, { state: 'alive' })?.starts).toEqual([])
    expect(recordAfter({ starts, aliveSince: ago(29 * MINUTE) }, { state: 'alive' })?.starts).toEqual(starts)
    expect(recordAfter({ starts, aliveSince: ago(HOUR) }, { state: 'zombie' })?.starts).toEqual(starts)
  })

  it('after it was started nothing that was seen before counts', () => {
    const starts = [begun(NOW)]
    const done = [went('done', start('deacon'))]
    expect(recordAfter({ starts, absentSince: ago(HOUR) }, { state: 'dead' }, done)).toEqual({ starts })
    const cycled = [went('done', carryOut('cycle', { agent: { role: 'deacon' } }))]
    expect(recordAfter({ starts, aliveSince: ago(HOUR) }, { state: 'alive' }, cycled)).toEqual({ starts })
    const tried = [went('failed', carryOut('cycle', { agent: { role: 'deacon' } }), 'no')]
    expect(recordAfter({ starts, aliveSince: ago(HOUR) }, { state: 'alive' }, tried)).toEqual({ starts })
  })

  it('a start that failed leaves it absent', () => {
    const failed = [went('failed', start('deacon'), 'no')]
    expect(recordAfter({ absentSince: ago(HOUR) }, { state: 'dead' }, failed)).toMatchObject({ absentSince: ago(HOUR) })
    const put = [went('deferred', start('deacon'))]
    expect(recordAfter({ absentSince: ago(HOUR) }, { state: 'dead' }, put)).toMatchObject({ absentSince: ago(HOUR) })
  })
})

describe('an agent that shut down on its own request', () => {
  const down = { since: ago(HOUR), hook: 'gt-1' }
  it.each<[string, NonNullable<AgentRecord['standDown']>, SightOptions, boolean]>([
    ['stays down', down, { state: 'dead' }, true],
    ['stays down with the same bead on its hook', down, { state: 'dead', bead: { hook: 'gt-1' } }, true],
    ['stays down with an empty hook', down, { state: 'dead', bead: { hook: '' } }, true],
    ['comes back for another bead', down, { state: 'dead', bead: { hook: 'gt-2' } }, false],
    ['not when nobody knew its hook', { ...down, hook: null }, { state: 'dead', bead: { hook: 'gt-2' } }, true],
    ['not when its bead cannot be seen', down, { state: 'dead', bead: cannotTell('no') as never }, true],
    ['not when it has no bead', down, { state: 'dead', bead: null }, true],
    ['is back when it has a session', down, { state: 'alive' }, false],
    ['not for the session it had in the moment it shut down', { since: NOW, hook: null }, { state: 'alive' }, true],
    ['not for the session it had when this check began', { since: NOW + 5, hook: null }, { state: 'alive' }, true],
  ])('%s', (_, standDown, sight, stays) => {
    const since = Math.min(standDown.since, NOW)
    expect(recordAfter({ standDown }, sight)?.standDown).toEqual(stays ? { ...standDown, since } : undefined)
  })
})

describe('the ledger', () => {
  const gone = 'gastown/polecats/gone'
  const nux = 'gastown/polecats/nux'

  it('forgets agents that are gone, but no start of the last day, nor a stand-down', () => {
    const ledger = ledgerOf({
      [gone]: { absentSince: ago(HOUR) },
      'gastown/polecats/old': { starts: [begun(ago(25 * HOUR))] },
      'gastown/polecats/new': { starts: [begun(ago(HOUR))] },
      'gastown/polecats/down': { standDown: { since: 1, hook: null } },
      [nux]: { aliveSince: ago(HOUR) },
    })
    const { agents } = afterLook(ledger, town({}, polecat('gastown', 'nux')), [])
    expect(
      Object.keys(agents)
        .filter((name) => name.includes('/polecats/'))
        .sort(),
    ).toEqual(['gastown/polecats/down', 'gastown/polecats/new', nux])
  })

  it('forgets a start when it is a day old', () => {
    const ledger = ledgerOf({ [gone]: { starts: [begun(ago(24 * HOUR))] }, [nux]: { starts: [begun(ago(25 * HOUR))] } })
    const { agents } = afterLook(ledger, town({}, polecat('gastown', 'nux', { state: 'zombie' })), [])
    expect(agents).not.toHaveProperty([gone])
    expect(agents).toHaveProperty([nux])
  })

  it('has no word on an agent of which there is nothing to remember', () => {
    const { agents } = afterLook(
      ledgerOf({}),
      town({}, polecat('gastown', 'nux', { state: 'unknown', blind: true })),
      [],
    )
    expect(agents).not.toHaveProperty([nux])
  })

  it('keeps what it says of names that are none here: a later version may know them', () => {
    const ledger = ledgerOf({ 'dogs/rex': { absentSince: ago(HOUR) } })
    expect(afterLook(ledger, town({}), []).agents).toHaveProperty(['dogs/rex'])
  })

  it('forgets nobody of whom nobody could tell', () => {
    const ledger = ledgerOf({ [gone]: { absentSince: ago(HOUR) } })
    expect(afterLook(ledger, town({ rigs: cannotTell('no rigs.json') }), []).agents).toHaveProperty([gone])
    expect(afterLook(ledger, town({ unlistedRigs: ['gastown'] }), []).agents).toHaveProperty([gone])
    expect(afterLook(ledger, town({}), []).agents).not.toHaveProperty([gone])
  })

  it('keeps what else it held', () => {
    const ledger = { ...ledgerOf({}), activityAt: 5, claims: {}, lostAt: 7 }
    expect(afterLook(ledger, town(), [])).toMatchObject({ activityAt: 5, lostAt: 7 })
  })
})

describe('what a check remembers of a claim', () => {
  const claim = {
    address: 'deacon',
    verb: 'cycle',
    session: 'absent',
    state: 'done',
    claimedAt: ago(HOUR),
    changedAt: ago(HOUR),
    mailOpen: true,
  } as const
  const mailOpenAfter = (mail: Snapshot['mail']): boolean | undefined =>
    afterLook({ ...ledgerOf({}), claims: { 'gm-1': claim } }, town({ mail }), []).claims['gm-1']?.mailOpen
  const mail = { id: 'gm-1', subject: '', body: '', from: '', createdAt: NOW, request: undefined }

  it('its mail is open as long as it is seen, or nobody can tell', () => {
    expect(mailOpenAfter(known([mail]))).toBe(true)
    expect(mailOpenAfter(cannotTell('bd hangs'))).toBe(true)
  })

  it('its mail is gone when it is not in the inbox any more, whoever took it out', () => {
    expect(mailOpenAfter(known([{ ...mail, id: 'gm-10' }]))).toBe(false)
  })
})
