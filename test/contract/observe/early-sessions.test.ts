import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Agent } from '../../../src/domain/agent.js'
import { known } from '../../../src/domain/known.js'
import type { Pane } from '../../../src/domain/session.js'
import { readSessions, seeSessions } from '../../../src/observe/sessions.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { opened } from './look.js'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const deacon: Agent = { role: 'deacon' }
const named = [{ agent: deacon, sessionName: 'gt-deacon', isStray: false }]

const paneOf = (pid: number, session = 'gt-deacon'): Pane => ({
  serverPid: 1,
  sessionId: '$1',
  session,
  createdAt: 0,
  path: town.root,
  attached: 0,
  windowId: '@1',
  viewers: 0,
  inMode: false,
  inputOff: false,
  windowActivityAt: 0,
  paneId: '%1',
  pid,
  dead: false,
  deadStatus: undefined,
  deadAt: undefined,
  command: 'claude',
  processNames: [],
  declaredPane: '',
})

/** A process that was read early and has ended since; what is then seen of it so much later, among these panes. */
async function seenAfter(milliseconds: number, { isOther = false, more = [] as readonly string[] } = {}) {
  const child = spawn('sleep', ['600'])
  const panes = [paneOf(child.pid ?? 0), ...more.map((session) => paneOf(child.pid ?? 0, session))]
  const early = await readSessions(opened(town), named, panes)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const strays = more.map((sessionName) => ({ agent: { role: 'mayor' } as const, sessionName, isStray: true }))
  const found = { panes: known(isOther ? [...panes] : panes), whose: () => 'ours' as const, early }
  const see = await seeSessions(opened(town), [...named, ...strays], found, early.at + milliseconds)
  const [one] = named
  return one && see(one).session?.identity.paneStart.replace(/^\d+@/, '')
}

it('takes what was read while bd was at work', async () => {
  expect(await seenAfter(900)).toMatch(/^\d+$/)
})

it.each([
  ['when bd took longer', 1100, {}],
  ['when the clock was set back meanwhile', -5000, {}],
  ['when tmux was asked again', 0, { isOther: true }],
  ['when somebody stands there of whom only bd knew', 0, { more: ['gt-mayor'] }],
])('looks again %s', async (_, later, how) => {
  expect(await seenAfter(later, how)).toBe('')
})
