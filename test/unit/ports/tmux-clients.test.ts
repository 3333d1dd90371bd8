import { expect, test } from 'vitest'
import { clientsFormat, clientsOf } from '../../../src/ports/tmux-clients.js'

const values = {
  client_name: '/dev/pts/3',
  client_created: '1767045620',
  client_activity: '1767045630',
  session_id: '$3',
  session_last_attached: '1767045625',
  window_id: '@2',
}

/** What tmux would print for a client. */
const line = (changed: Partial<typeof values> = {}) =>
  `${clientsFormat('NONCE').replace(/#\{(\w+)\}/g, (_, name) => ({ ...values, ...changed })[name as 'window_id'] ?? '')}\n`

test('a client is read with its times in milliseconds', () => {
  expect(clientsOf(line(), 'NONCE')).toEqual({
    known: true,
    value: [
      {
        name: '/dev/pts/3',
        createdAt: 1767045620000,
        activityAt: 1767045630000,
        sessionId: '$3',
        sessionAttachedAt: 1767045625000,
        windowId: '@2',
      },
    ],
  })
})

test('no line is no client, and a name cannot pass for one', () => {
  expect(clientsOf('', 'NONCE')).toEqual({ known: true, value: [] })
  const evil = `x\n${line().replaceAll('NONCE', 'OTHER')}`
  expect(clientsOf(line({ client_name: evil }) + line(), 'NONCE')).toMatchObject({ value: [{ name: evil }, {}] })
})

test('a session to which nobody was attached before is as old as its client', () => {
  expect(clientsOf(line({ session_last_attached: '' }), 'NONCE')).toMatchObject({
    value: [{ sessionAttachedAt: 1767045620000 }],
  })
})

test.each([
  ['prose', 'no clients today\n'],
  ['an answer that was cut off', line().slice(0, -3)],
  ['a client without a name', line({ client_name: '' })],
  ['a time that is none', line({ client_activity: 'now' })],
])('%s is not understood as a list', (_, answer) => {
  expect(clientsOf(answer, 'NONCE')).toMatchObject({ known: false })
})
