import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument, readReport } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'
import { end } from '../support/leftovers.js'
import { PROGRAM } from '../support/run-check.js'
import { located } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'
const REFINERY = 'gastown/refinery'

let town: FakeTown
const helpers: number[] = []

beforeEach(() => {
  town = raiseTown()
  town.addRig('gastown')
})
afterEach(async () => {
  for (const pid of helpers.splice(0)) end(pid)
  await town.end()
})

const runOnce = (...words: readonly string[]): Promise<Check> => town.run(['--once', '--json', ...words])
const gateOf = ({ stdout }: Check) => readReport(stdout).gate
const deedsOf = ({ stdout }: Check): readonly string[] =>
  readDocument(stdout).actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const names = (): readonly string[] => town.tmux.sessions().map(({ name }) => name)

/** Longer than the grace time of a second, with the second by which tmux rounds: nothing else tells that it is over. */
const graceIsOver = (): Promise<void> => sleep(2100)

describe('a person at work', () => {
  const ask = (): string => {
    town.raiseFlag(WITNESS, 'cycle')
    return town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
  }
  const attach = async (who: string): Promise<void> => {
    const program = located('tmux', process.env['PATH'] ?? '') ?? 'tmux'
    const words = ['-S', town.tmux.socket, '-C', 'attach', '-t', `=${town.session(who)}`]
    const child = spawn(program, words, { env: town.env, stdio: ['pipe', 'ignore', 'ignore'] })
    if (child.pid !== undefined) helpers.push(child.pid)
    await waitFor('somebody is attached', () => town.tmux.sessions().some(({ attached }) => attached > 0))
  }

  it('attached to a session is not thrown out of it; the request waits', async () => {
    await town.wake('deacon', WITNESS)
    const before = town.tmux.sessions().map(({ id }) => id)
    const mail = ask()
    await attach(WITNESS)
    const check = await runOnce()
    expect(check.exitCode).toBe(1)
    expect(town.tmux.sessions().map(({ id }) => id)).toEqual(before)
    expect(town.issue(mail)?.status).toBe('open')
    expect(readDocument(check.stdout).next.intervalSeconds).toBeGreaterThan(60)
  })

  it('attached to a zombie keeps it; exit 1', async () => {
    town.configure({ zombieGrace: '1s' })
    await town.wake('deacon')
    await town.leaveShell(WITNESS)
    await attach(WITNESS)
    await graceIsOver()
    const check = await runOnce()
    expect(check.exitCode).toBe(1)
    expect(deedsOf(check).filter((deed) => deed.endsWith('done'))).toEqual([])
    expect(names()).toContain('gt-gastown-witness')
  })

  it('who opened a second pane keeps both', async () => {
    await town.wake('deacon', WITNESS)
    town.tmux.tmux('split-window', '-d', '-t', '=gt-gastown-witness:', 'sleep', '600')
    const mail = ask()
    const check = await runOnce()
    expect(check.exitCode).toBe(1)
    expect(town.tmux.sessions().find(({ name }) => name === 'gt-gastown-witness')?.panes).toBe(2)
    expect(town.issue(mail)?.status).toBe('open')
  })
})

describe('a session in which the check itself runs', () => {
  it('is not ended by it', async () => {
    await town.wake('deacon')
    await town.leaveShell(WITNESS)
    town.configure({ zombieGrace: '1s' })
    await graceIsOver()
    const ended = join(town.stage, 'ended')
    const words = `${process.execPath} ${PROGRAM} --town ${town.root} --once --json >${ended}.json; echo $? >${ended}`
    town.tmux.tmux('send-keys', '-t', '=gt-gastown-witness:', words, 'Enter')
    await waitFor('the check has ended', () => town.read('../ended'))
    const { actions } = readDocument(town.read('../ended.json') ?? '')
    expect(actions.filter(({ outcome }) => outcome === 'done')).toEqual([])
    expect(names()).toContain('gt-gastown-witness')
  })
})

describe('another tmux socket', () => {
  it('than the one on which the town was last seen: neither is acted on, both are named', async () => {
    await town.wake('deacon', WITNESS)
    await runOnce()
    await town.crash('deacon')
    const elsewhere = join(town.stage, 'e')
    const check = await town.run(['--once', '--json'], { env: { ...town.env, TMUX_TMPDIR: elsewhere } })
    expect(check.exitCode).toBe(78)
    expect(gateOf(check).reason).toBe('other-socket')
    expect(check.stdout).toContain(town.tmux.socket)
    expect(check.stdout).toContain(elsewhere)
    expect(names()).toEqual(['gt-gastown-witness'])
  })

  it('is the new home when nothing stands on the old one any more', async () => {
    await town.wake('deacon', WITNESS)
    await runOnce()
    town.tmux.stop()
    const elsewhere = join(town.stage, 'e')
    mkdirSync(elsewhere)
    const check = await town.run(['--once', '--json'], { env: { ...town.env, TMUX_TMPDIR: elsewhere } })
    expect(check.exitCode).toBe(0)
    const socket = join(elsewhere, `tmux-${process.getuid?.()}`, 'default')
    execFileSync('tmux', ['-S', socket, 'kill-server'], { env: town.env })
  })
})

describe('an agent that only stands still', () => {
  it('is alive: a stopped process is not replaced', async () => {
    town.configure({ zombieGrace: '1s' })
    await town.wake('deacon', WITNESS, REFINERY)
    for (const { panePid } of town.tmux.sessions()) process.kill(panePid, 'SIGSTOP')
    const before = town.tmux.sessions()
    await graceIsOver()
    const check = await runOnce()
    expect([check.exitCode, deedsOf(check)]).toEqual([0, []])
    expect(town.tmux.sessions()).toEqual(before)
  })
})
