import { expect, test } from 'vitest'
import { panesFormat, panesOf } from '../../../src/ports/tmux-panes.js'

const values = {
  pid: '100',
  session_id: '$3',
  session_name: 'gt-deacon',
  session_created: '1767045620',
  session_path: '/town/deacon',
  session_attached: '1',
  window_id: '@2',
  window_active_clients: '3',
  window_activity: '1767045630',
  pane_id: '%7',
  pane_pid: '101',
  pane_in_mode: '0',
  pane_input_off: '0',
  pane_dead: '0',
  pane_dead_status: '',
  pane_dead_time: '',
  pane_current_command: 'claude',
  GT_PROCESS_NAMES: '',
  GT_AGENT: '',
  GT_PANE_ID: '',
}

/** What tmux would print for a pane. */
const line = (changed: Partial<typeof values> = {}) =>
  `${panesFormat('NONCE').replace(/#\{(\w+)\}/g, (_, name) => ({ ...values, ...changed })[name as 'pid'] ?? '')}\n`

test('a pane is read with its times in milliseconds', () => {
  expect(panesOf(line(), 'NONCE')).toEqual({
    known: true,
    value: [
      {
        ...{ serverPid: 100, sessionId: '$3', session: 'gt-deacon', createdAt: 1767045620000, path: '/town/deacon' },
        ...{
          attached: 1,
          windowId: '@2',
          viewers: 3,
          windowActivityAt: 1767045630000,
          paneId: '%7',
          pid: 101,
          inMode: false,
          inputOff: false,
          dead: false,
        },
        ...{ deadStatus: undefined, deadAt: undefined, command: 'claude', processNames: [], declaredPane: '' },
      },
    ],
  })
})

test.each([
  [
    'status and time of a death',
    { pane_dead: '1', pane_dead_status: '0', pane_dead_time: '1767045640' },
    [true, 0, 1767045640000],
  ],
  ['a death of which tmux lost the signal', { pane_dead: '1' }, [true, undefined, undefined]],
  ['a death without a time', { pane_dead: '1', pane_dead_time: '0' }, [true, undefined, undefined]],
])('%s', (_, changed, expected) => {
  const panes = panesOf(line(changed), 'NONCE')
  const [pane] = panes.known ? panes.value : []
  expect([pane?.dead, pane?.deadStatus, pane?.deadAt]).toEqual(expected)
})

test.each([
  ['no mode', { pane_in_mode: '0' }, [false, false]],
  ['a mode above another one', { pane_in_mode: '2' }, [true, false]],
  ['input that is off', { pane_input_off: '1' }, [false, true]],
])('a pane with %s', (_, changed, expected) => {
  const panes = panesOf(line(changed), 'NONCE')
  const [pane] = panes.known ? panes.value : []
  expect([pane?.inMode, pane?.inputOff]).toEqual(expected)
})

test('what was typed into a name or folder cannot make or hide a pane', () => {
  const evil = `x\n${line().replaceAll('NONCE', 'OTHER')}`
  const panes = panesOf(line({ session_path: evil }) + line(), 'NONCE')
  expect(panes.known && panes.value.map(({ path }) => path)).toEqual([evil, '/town/deacon'])
})

test('a declared pane counts for its own session: several sessions show that of the environment of their server', () => {
  const declaring = (session_id: string, pane_id: string, GT_PANE_ID: string) =>
    line({ session_id, pane_id, GT_PANE_ID })
  const answer = [
    declaring('$1', '%1', '%1'),
    declaring('$2', '%2', '%1'),
    declaring('$3', '%3', '%4'),
    declaring('$3', '%5', '%4'),
  ]
  const panes = panesOf(answer.join(''), 'NONCE')
  expect(panes.known && panes.value.map(({ declaredPane }) => declaredPane)).toEqual(['%1', '', '%4', '%4'])
})

test.each([
  ['nothing', ''],
  ['prose', 'no panes today\n'],
  ['prose before a pane', `warning\n${line()}`],
  ['an answer that was cut off', line().slice(0, -10)],
  ['one whole and one cut off', line() + line().slice(0, -3)],
  ['a pane without a process', line({ pane_pid: '' })],
  ['a window without an id', line({ window_id: '2' })],
  ['a time that is none', line({ session_created: 'yesterday' })],
])('%s is not understood as a list', (_, answer) => {
  expect(panesOf(answer, 'NONCE')).toMatchObject({ known: false })
})
