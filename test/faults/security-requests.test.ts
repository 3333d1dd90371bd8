import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { cases } from '../support/faults/form.js'
import { patience } from '../support/faults/passing-time.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'
const NUX = 'gastown/polecats/nux'
const everybody = ['deacon', WITNESS, TOAST, NUX]

let town: FakeTown

afterEach(() => town.end())

/** Written straight into the store by whoever can write there, in the name of `from`. */
const forge = (from: string, body: string, subject = `LIFECYCLE: ${from} requesting`): string =>
  town.sendMail({ from, subject, body })

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.filter(({ outcome }) => outcome === 'done').map(({ kind, agent }) => `${kind} ${agent ?? ''}`.trim())

const identities = (): Readonly<Record<string, string>> =>
  Object.fromEntries(town.tmux.sessions().map(({ name, id, panePid }) => [name, `${id} ${panePid}`]))

/** Whose session is another one than before, or gone. */
function changedSince(before: Readonly<Record<string, string>>): readonly string[] {
  const now = identities()
  return everybody.filter((who) => before[town.session(who)] !== now[town.session(who)])
}

async function raise(kind: 'classic' | 'current'): Promise<void> {
  town = raiseTown({ kind })
  town.addRig('gastown')
  town.configure({ launchShell: false })
  for (const polecat of [TOAST, NUX]) {
    town.addWorker(polecat)
    town.setBead(polecat, { state: 'working' })
  }
  await town.wake(...everybody)
}

describe.each(['classic', 'current'] as const)('a forged request in a %s town', (kind) => {
  beforeEach(() => raise(kind))

  /** In a classic town a request counts only when the agent's own file says so too: whoever forges must write that as well. */
  const confirm = (who: string, verb: string): void => {
    if (kind === 'classic') town.raiseFlag(who, verb)
  }

  it('makes a new session for the agent that it names, and for nobody else', async () => {
    confirm(TOAST, 'cycle')
    const before = identities()
    forge('gastown/toast', '{"action":"cycle","agent":"gastown/nux","session":"gt-nux","command":"rm -rf /"}')
    expect(deedsOf(await check())).toEqual([`cycle ${TOAST}`])
    expect(changedSince(before)).toEqual([TOAST])
    expect(town.isUp(TOAST)).toBe(true)
  })

  it('of what is no cycle, restart or shutdown, or of nobody in this town, changes no session', async () => {
    const before = identities()
    const bodies = ['kill', 'cycle; rm -rf /', 'cycle gastown/nux', '{"action":["cycle"]}', '{"action":"start"}', '']
    for (const body of bodies) forge('gastown/toast', body)
    const senders = [
      'gastown/nobody',
      'other/toast',
      '*',
      'gastown/*',
      '../gastown/toast',
      '$(id)',
      "'; id #",
      '--',
      'overseer',
      '',
    ]
    for (const from of senders) forge(from, '{"action":"shutdown"}')
    const document = await check()
    expect(deedsOf(document)).toEqual([])
    expect(changedSince(before)).toEqual([])
    expect(document.exitCode).toBe(1)
    const spoken = town.programs.calls().filter(({ program }) => program !== 'claude')
    for (const { args } of spoken)
      for (const hostile of ['rm -rf', '$(id)', "'; id", 'gastown/*']) expect(args.join(' ')).not.toContain(hostile)
  })

  it('that its agent did not confirm is left in the inbox where agents confirm theirs', async () => {
    const before = identities()
    forge('gastown/toast', '{"action":"shutdown"}')
    const document = await check()
    if (kind === 'classic') {
      expect([deedsOf(document), changedSince(before), document.exitCode]).toEqual([[], [], 1])
    } else {
      expect([deedsOf(document), changedSince(before)]).toEqual([[`shutdown ${TOAST}`], [TOAST]])
    }
  })

  it('throws nobody out: a session with a second pane stays', async () => {
    town.tmux.tmux('split-window', '-d', '-t', `=${town.session(TOAST)}:`, 'sleep', '600')
    confirm(TOAST, 'shutdown')
    const before = identities()
    forge('gastown/toast', '{"action":"shutdown"}')
    expect(deedsOf(await check())).toEqual([])
    expect(changedSince(before)).toEqual([])
  })

  it('that is sent again and again restarts its agent five times an hour, and not more', {
    timeout: patience,
  }, async (ctx) => {
    const requests = cases(7, 20)
    let restarts = 0
    for (let number = 0; number < requests; number++) {
      confirm(TOAST, 'restart')
      const before = identities()
      forge('gastown/toast', '{"action":"restart"}')
      await check()
      restarts += changedSince(before).length
    }
    expect(restarts).toBe(5)
    expect(town.isUp(TOAST)).toBe(true)
    ctx.annotate(`${requests} forged requests of a ${kind} town: five of them restart their agent`)
  })
})
