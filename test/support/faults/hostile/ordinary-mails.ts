import type { HostileTown } from './hostile-town.js'
import { mailRow } from './recorded-rows.js'

/** The deacon's inbox: two requests to be carried out, an old one, one that is done, a new polecat, a word to the deacon itself. */
export const mails = (kind: HostileTown['kind']) => [
  mailRow(kind, 'gm-1', {
    from: 'gastown/crew/max',
    subject: 'LIFECYCLE: max requesting cycle',
    body: '{"action":"cycle"}',
  }),
  mailRow(kind, 'gm-2', { from: 'mayor/', subject: 'lifecycle: mayor', body: 'Action: restart\nreason: full' }),
  mailRow(kind, 'gm-3', { from: 'gastown/witness', subject: 'LIFECYCLE: old', body: 'cycle', age: 30_000 }),
  mailRow(kind, 'gm-4', {
    from: 'gastown/polecats/toast',
    subject: 'POLECAT_STARTED gastown/fresh',
    body: 'Session: gt-gastown-fresh\nIssue: gt-w9',
  }),
  mailRow(kind, 'gm-5', { from: 'overseer', subject: 'hello', body: 'how are you?', age: 20 }),
  mailRow(kind, 'gm-done', { from: 'gastown/witness', subject: 'LIFECYCLE: x', body: 'cycle', age: 900 }),
]

/** A pane whose agent waits at its prompt. */
export const prompt = 'Welcome\n\n> \n'
