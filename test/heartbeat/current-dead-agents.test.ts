import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { processesOf } from '../support/leftovers.js'
import { only, refuses } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'demo/witness'
const RUST = 'demo/polecats/rust'
const STAFF = ['deacon', WITNESS, RUST] as const

let town: FakeTown

beforeEach(async () => {
  town = raiseTown({ kind: 'current' })
  town.addRig('demo')
  town.addWorker(RUST)
  town.addIssue({ id: 'de-w1', status: 'hooked', assignee: RUST }, 'demo')
  town.setBead(RUST, { state: 'spawning', hook: 'de-w1', updatedAt: new Date(Date.now() - 3_600_000) })
  await town.wake(...STAFF)
})
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deeds = ({ actions }: CheckDocument) => actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const startsOfGt = () =>
  town.programs
    .calls()
    .filter(({ program, args }) => program === 'gt' && (args[1] === 'start' || args[1] === 'restart'))
    .map(({ args }) => args.join(' '))
const polecatList = (): unknown =>
  JSON.parse(
    execFileSync(join(town.programs.bin, 'gt'), ['polecat', 'list', '--all', '--json'], {
      cwd: town.root,
      env: town.env,
      encoding: 'utf8',
    }),
  )

describe('a dead agent of a current town', () => {
  it.each([
    ['deacon', 'deacon start'],
    [WITNESS, 'witness start demo'],
    [RUST, 'session start demo/rust'],
  ])('%s is brought back by gt, and the next check finds all well', async (who, words) => {
    await town.crash(who)
    const document = await check()
    expect(deeds(document)).toEqual([`start ${who} done`])
    expect(document).toMatchObject({ exitCode: 0, verdict: 'ok' })
    expect(startsOfGt()).toEqual([words])
    expect(deeds(await check())).toEqual([])
    for (const one of STAFF) expect(town.isUp(one)).toBe(true)
  })

  it('is brought back with all others, and gt itself finds the polecat at its work', async () => {
    for (const who of STAFF) await town.crash(who)
    expect(polecatList()).toMatchObject([{ session_running: false }])
    expect(deeds(await check())).toEqual(STAFF.map((who) => `start ${who} done`))
    expect(polecatList()).toEqual([
      { rig: 'demo', name: 'rust', state: 'working', issue: 'de-w1', session_running: true },
    ])
    expect(deeds(await check())).toEqual([])
  })

  it('that left only a shell is ended by us, and comes back by gt', async () => {
    town.configure({ zombieGrace: '1s' })
    await town.crash(WITNESS)
    await town.leaveShell(WITNESS)
    const zombie = town.tmux.sessions().find(({ name }) => name === 'de-witness')
    await waitFor('the grace time is over', async () => (await check()).actions.length > 0)
    const now = town.tmux.sessions().find(({ name }) => name === 'de-witness')
    expect(now).toBeDefined()
    expect(now?.id).not.toBe(zombie?.id)
    expect(startsOfGt()).toEqual(['witness start demo'])
  })

  it('whose prompt never shows is up all the same', async () => {
    town.configure({ startDeadline: '3s' })
    town.programs.spoil('claude', only('*skip-permissions*', 'while :; do sleep 1; done\n'))
    await town.crash('deacon')
    expect(deeds(await check())).toEqual(['start deacon done'])
    expect(deeds(await check())).toEqual([])
  })

  it('is never started by gt twice, and the mayor not at all', async () => {
    for (const who of STAFF) await town.crash(who)
    await check()
    await check()
    expect(startsOfGt().toSorted()).toEqual(['deacon start', 'session start demo/rust', 'witness start demo'])
    expect(town.tmux.sessions()).toHaveLength(3)
  })

  it('that dies at once is a failed start in the words of gt, and waits longer each time', async () => {
    await town.crash(WITNESS)
    town.programs.spoil('claude', only('*skip-permissions*', refuses('no licence', 7)))
    const document = await check()
    expect(deeds(document)).toEqual([`start ${WITNESS} failed`])
    expect(document).toMatchObject({ exitCode: 2, verdict: 'critical' })
    expect(document.actions[0]?.error).toContain('died during startup')
    const next = await check()
    expect(deeds(next).filter((deed) => !deed.endsWith('deferred'))).toEqual([])
    expect(next).toMatchObject({ exitCode: 1, findings: [{ agent: WITNESS, verdict: 'waiting' }] })
    expect(startsOfGt()).toEqual(['witness start demo'])
  })

  it('whose check is killed while gt waits for its prompt is left at its work, and gt is ended', async () => {
    await town.crash('deacon')
    town.programs.spoil('claude', only('*skip-permissions*', 'while :; do sleep 1; done\n'))
    const killed = await town.run(['--once'], {
      started: (child) => void waitFor('the agent runs', () => town.isUp('deacon')).then(() => child.kill('SIGKILL')),
    })
    expect(killed.signal).toBe('SIGKILL')
    const waiting = () => processesOf(town.stage).filter(({ command }) => /gt\.mjs deacon start/.test(command))
    // A child that it forks looks like it until it has become its own program.
    await waitFor('one gt is at work', () => waiting().length === 1)
    const before = town.tmux.sessions()
    expect(deeds(await check())).toEqual([])
    expect(town.tmux.sessions()).toEqual(before)
    await waitFor('gt is gone', () => waiting().length === 0)
    expect(startsOfGt()).toEqual(['deacon start'])
  })

  it('polecat that gt cannot bring back: its witness is told, and nobody types into a session', async () => {
    await town.crash(RUST)
    town.programs.spoil('gt', only('session*', refuses('Error: starting session: polecat not found: rust')))
    const screen = town.tmux.screen('de-witness')
    const document = await check()
    expect(deeds(document)).toEqual([`start ${RUST} failed`, `notify ${RUST} done`])
    expect(document).toMatchObject({ exitCode: 2, verdict: 'critical' })
    const [mail, ...more] = town.mails(WITNESS)
    expect(more).toEqual([])
    expect(mail).toMatchObject({ title: 'CRASHED_POLECAT: demo/rust restart failed', created_by: 'gt-heartbeat/check' })
    expect(mail?.description).toContain('hook_bead: de-w1\nrestart_error: ')
    expect(mail?.description).toContain('polecat not found: rust')
    expect(town.tmux.screen('de-witness')).toBe(screen)
    const [sent] = town.programs.calls().filter(({ program, args }) => program === 'gt' && args[1] === 'send')
    expect(sent?.args).toContain('--no-notify')
  })

  it.each([
    ['closed', { status: 'closed' }],
    ['handed to somebody else', { assignee: 'demo/polecats/chrome' }],
  ])('polecat whose work is %s stays down', async (_, change) => {
    await town.crash(RUST)
    town.addIssue({ id: 'de-w1', status: 'hooked', assignee: RUST, ...change }, 'demo')
    town.setBead(RUST, { state: 'spawning', updatedAt: new Date(Date.now() - 3_600_000) })
    expect(deeds(await check())).toEqual([])
  })
})

describe('work of a current town that does not move', () => {
  it('is told to the witness once, by the work bead, which the daemon of today does not see', async () => {
    town.configure({ guppAfter: '1s' })
    const longAgo = new Date(Date.now() - 48 * 3_600_000)
    town.addIssue({ id: 'de-w1', status: 'hooked', assignee: RUST, updated_at: longAgo.toISOString() }, 'demo')
    town.setBead(RUST, { state: 'spawning', hook: 'de-w1', updatedAt: longAgo })
    const document = await waitFor('the pane was silent', async () => {
      const seen = await check()
      return seen.actions.length > 0 && seen
    })
    expect(deeds(document)).toEqual([`notify ${RUST} done`])
    expect(document).toMatchObject({ exitCode: 1, findings: [{ agent: RUST, verdict: 'stalled' }] })
    expect((await check()).actions).toEqual([])
    expect(town.mails(WITNESS).map(({ title }) => title)).toEqual([
      expect.stringMatching(/^GUPP_VIOLATION: de-demo-polecat-rust stuck for 48h0m/),
    ])
  })
})

describe('an agent of a current town stays down, and the reason is said', () => {
  const crashAll = async () => {
    for (const who of STAFF) await town.crash(who)
  }
  const saying = ({ findings, gate }: CheckDocument) => JSON.stringify([findings, gate])

  it('where its rig is parked', async () => {
    await crashAll()
    town.write(
      '.beads-wisp/config/demo.json',
      JSON.stringify({ rig: 'demo', values: { status: 'parked' }, blocked: [] }),
    )
    const document = await check()
    expect(deeds(document)).toEqual(['start deacon done'])
    expect(saying(document)).toContain('parked')
    expect(startsOfGt()).toEqual(['deacon start'])
  })

  it('under an emergency stop', async () => {
    await crashAll()
    town.write('ESTOP', 'manual\t2026-11-22T12:00:00Z\ttoo hot')
    const document = await check()
    expect(document).toMatchObject({ exitCode: 0, gate: { open: false, reason: 'estop' } })
    expect(startsOfGt()).toEqual([])
  })

  it('under an emergency stop of its rig', async () => {
    await crashAll()
    town.write('ESTOP.demo', '')
    const document = await check()
    expect(deeds(document)).toEqual(['start deacon done'])
    expect(saying(document)).toContain('ESTOP.demo')
  })

  it('where its patrol is switched off', async () => {
    await crashAll()
    const patrols = { deacon: { enabled: false }, witness: { enabled: true, rigs: ['other'] } }
    town.write('mayor/daemon.json', JSON.stringify({ type: 'daemon-patrol-config', version: 1, patrols }))
    const document = await check()
    expect(deeds(document)).toEqual([`start ${RUST} done`])
    expect(saying(document)).toContain('daemon.json')
    expect(startsOfGt()).toEqual(['session start demo/rust'])
  })

  it('where a disabled patrol finds a session, it is left alone too', async () => {
    const before = town.tmux.sessions()
    town.write(
      'mayor/daemon.json',
      JSON.stringify({ patrols: { deacon: { enabled: false }, witness: { enabled: false } } }),
    )
    expect(deeds(await check())).toEqual([])
    expect(town.tmux.sessions()).toEqual(before)
  })
})

describe('without its Dolt server', () => {
  it('nobody is started, whoever is dead, sessions are judged all the same, and nobody starts a server', async () => {
    await town.crash(RUST)
    await town.crash('deacon')
    town.write('.dolt-data/stopped', '')
    const run = await town.run(['--once', '--json'])
    const document = readDocument(run.stdout)
    expect(document).toMatchObject({ exitCode: 3, verdict: 'unknown', seen: { sessions: 1 } })
    expect(deeds(document).filter((deed) => deed.endsWith('done'))).toEqual([])
    expect(document.blindSpots.map(({ why }) => why).join('\n')).toContain('Dolt server unreachable')
    expect(startsOfGt()).toEqual([])
    expect(run.calls.filter(({ args }) => args.includes('dolt'))).toEqual([])
    for (const { env } of run.calls.filter(({ program }) => program === 'bd')) {
      expect(env['BEADS_DOLT_AUTO_START']).toBe('0')
    }
    rmSync(join(town.root, '.dolt-data/stopped'))
    expect(deeds(await check())).toEqual(['start deacon done', `start ${RUST} done`])
  })

  it('a server that goes while the check runs leaves it blind, and nothing is undone', async () => {
    await town.crash(RUST)
    town.programs.spoil('bd', only('*gt:message*', 'sleep 1\n: >"$stage/town/.dolt-data/stopped"\n'))
    const before = town.tmux.sessions()
    const document = await check()
    expect(document.exitCode).toBe(3)
    expect(document.actions.filter(({ outcome }) => outcome === 'done')).toEqual([])
    expect(town.tmux.sessions()).toEqual(before)
  })
})
