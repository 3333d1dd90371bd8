import { describe as about, expect, it } from 'vitest'
import type { Action } from '../../src/domain/action.js'
import { describe } from '../../src/domain/describe.js'
import { beadOf } from '../support/town-builder.js'
import { agentAt, carryOut, notify, start } from './heartbeat-parts.js'

const NUX = 'gastown/polecats/nux'
const nux = agentAt(NUX)
const spawn = { rig: 'gastown', polecat: 'nux', session: 'gt-gastown-nux', issue: 'gt-1', spawnedAt: 0, mailId: 'hq-2' }
const zombie = { serverPid: 1, sessionId: '$1', paneStart: '2@3' }
const words = { rule: 'some-rule', because: 'so it is' }

about('an action is told in one line', () => {
  it.each<[Action, string]>([
    [start('deacon'), 'start deacon: its session is gone'],
    [start(NUX, { zombie }), `replace the dead session of ${NUX}: its session is gone`],
    [carryOut('cycle'), 'cycle of gastown/witness asked for by mail "hq-1": nothing speaks against it'],
    [
      carryOut('shutdown', { claimed: true }),
      'finish the shutdown of gastown/witness asked for by mail "hq-1": nothing speaks against it',
    ],
    [
      { kind: 'close-mail', agent: undefined, mailId: 'hq-3', clearFlag: undefined, ...words },
      'close mail "hq-3": so it is',
    ],
    [
      { kind: 'close-mail', agent: nux, mailId: 'hq-3', clearFlag: 'cycle', ...words },
      `close mail "hq-3" of ${NUX}: so it is`,
    ],
    [
      { kind: 'record-spawns', agent: undefined, spawns: [spawn], ...words },
      'record the pending spawn of gastown/nux: so it is',
    ],
    [{ kind: 'trigger-spawn', agent: nux, spawn, enterOnly: false, ...words }, `type Begin. to ${NUX}: so it is`],
    [{ kind: 'trigger-spawn', agent: nux, spawn, enterOnly: true, ...words }, `press Enter for ${NUX}: so it is`],
    [{ kind: 'forget-spawn', agent: undefined, spawn, ...words }, 'forget the pending spawn of gastown/nux: so it is'],
    [
      { kind: 'mark-dead', agent: nux, bead: beadOf(nux), ...words },
      `mark ${NUX} dead in its bead "gt-gastown-polecat-nux": so it is`,
    ],
    [notify(NUX), `tell gastown/witness about ${NUX}: gt-1 is on its hook`],
  ])('%#', (action, line) => {
    expect(describe(action)).toBe(line)
  })

  it('also when a foreign text has more of them', () => {
    expect(describe(start('deacon', { because: 'a\nb\u2028c\u0000d ' }))).toBe('start deacon: a b c d')
  })
})
