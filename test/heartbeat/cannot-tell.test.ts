import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { processesOf } from '../support/leftovers.js'
import { hang, only, prose, refuses, silence } from '../support/stand-ins.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'

let town: FakeTown

beforeEach(async () => {
  town = raiseTown()
  town.configure({ deadline: '3s' })
  town.addRig('gastown')
  town.addWorker(TOAST)
  town.addIssue({ id: 'gt-w1', status: 'hooked' })
  town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
  await town.wake(WITNESS)
})
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

/** A request of the witness that only a check which sees the mail can carry out. */
function ask(): string {
  town.raiseFlag(WITNESS, 'cycle')
  return town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
}

describe('tmux that cannot be asked', () => {
  it.each([
    ['is denied', refuses('error connecting to /tmp/tmux-0/default (Permission denied)')],
    ['hangs', hang],
    ['says something new', refuses('protocol version mismatch (client 8, server 9)')],
    ['prints prose', prose],
  ])('%s: nobody is started, ended, marked or mailed', async (_, lines) => {
    const mail = ask()
    const before = town.tmux.sessions()
    town.programs.spoil('tmux', lines)
    const document = await check()
    expect(document).toMatchObject({ actions: [], exitCode: 3, verdict: 'unknown' })
    expect(document.blindSpots.map(({ what }) => what).join()).toMatch(/tmux|session/)
    expect(document.next.intervalSeconds).toBeLessThanOrEqual(300)
    expect(town.tmux.sessions()).toEqual(before)
    expect(town.issue(mail)?.status).toBe('open')
    expect(town.mails().length).toBe(1)
  })

  it('without a server, or with a stale socket, is an answer: nobody runs', async () => {
    town.tmux.stop()
    expect(deedsOf(await check())).toContain('start deacon done')
  })

  it('that is not installed: nothing is done', async () => {
    town.programs.uninstall('tmux')
    const check = await town.run(['--once', '--json'], { env: { ...town.env, PATH: town.programs.bin } })
    expect(check.exitCode).toBe(69)
    expect(readDocument(check.stdout)).toMatchObject({ gate: { open: false, reason: 'unavailable' }, actions: [] })
    expect(check.calls).toEqual([])
  })
})

describe('bd that cannot be asked', () => {
  it.each([
    ['hangs', hang, 3],
    ['prints prose', prose, 3],
    ['prints nothing', silence, 3],
    ['fails', refuses('Error: database is locked'), 3],
    ['prints an object', 'echo "{}"\nexit 0\n', 3],
    ['prints half a list', `printf '[{"id":'\nexit 0\n`, 3],
  ])('%s: what its beads and mail would decide is left alone, the rest is healed', async (_, lines, exitCode) => {
    const mail = ask()
    town.programs.spoil('bd', lines)
    const document = await check()
    expect(deedsOf(document)).toEqual(['start deacon done'])
    expect(document.exitCode).toBe(exitCode)
    expect(document.blindSpots.length).toBeGreaterThanOrEqual(2)
    expect(town.issue(mail)?.status).toBe('open')
    expect(town.isUp(TOAST)).toBe(false)
    town.programs.mend('bd')
    expect([...deedsOf(await check())].sort()).toEqual([`cycle ${WITNESS} done`, `start ${TOAST} done`])
  })

  it('and hangs leaves no process behind', async () => {
    town.programs.spoil('bd', 'sleep 600\n')
    await check()
    expect(processesOf(town.stage).filter(({ command }) => command.includes('sleep 600'))).toEqual([])
  })

  it('that is not installed: the rest is healed, and 69 says so', async () => {
    town.programs.uninstall('bd')
    const document = await check()
    expect(deedsOf(document)).toEqual(['start deacon done'])
    expect(document.exitCode).toBe(69)
  })

  it('about mail only: polecats are still brought back', async () => {
    const mail = ask()
    town.programs.spoil('bd', only('*message*', prose))
    const document = await check()
    expect(deedsOf(document)).toEqual(['start deacon done', `start ${TOAST} done`])
    expect(document.exitCode).toBe(3)
    expect(town.issue(mail)?.status).toBe('open')
  })

  it('about the work on a hook: that polecat is left alone', async () => {
    town.programs.spoil('bd', only('*show*', silence))
    const document = await check()
    expect(deedsOf(document)).toEqual(['start deacon done'])
    expect(document.exitCode).toBe(3)
  })

  it('in one database of two: only the agents that could be in it are left alone', async () => {
    town.addRig('other', { ownDatabase: true, prefix: 'ot-' })
    town.addWorker('other/polecats/nux')
    town.setBead('other/polecats/nux', { state: 'working', hook: 'ot-1', id: 'ot-other-polecat-nux' })
    town.addIssue({ id: 'ot-1', status: 'hooked' }, 'other')
    town.programs.spoil('bd', `case "$PWD" in */other/*) echo "Error: locked" >&2; exit 1;; esac\n`)
    const document = await check()
    expect(deedsOf(document)).toEqual(['start deacon done', 'start other/witness done', `start ${TOAST} done`])
    expect(document.exitCode).toBe(3)
  })
})

describe('gt that cannot be asked', () => {
  it('is not installed: 69 only when it was needed, and the request is still carried out once', async () => {
    ask()
    town.programs.uninstall('gt')
    const document = await check()
    expect(deedsOf(document)).toContain('start deacon done')
    const before = town.tmux.sessions().find(({ name }) => name === 'gt-gastown-witness')?.id
    await check()
    expect(town.tmux.sessions().find(({ name }) => name === 'gt-gastown-witness')?.id).toBe(before)
  })

  it('hangs: its deadline ends it, and nothing of it is left', async () => {
    ask()
    town.programs.spoil('gt', hang)
    await check()
    expect(processesOf(town.stage).filter(({ command }) => command.includes('sleep 600'))).toEqual([])
  })
})
