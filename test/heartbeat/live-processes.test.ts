import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processOf } from '../../src/ports/processes.js'
import { end } from '../support/leftovers.js'
import { put } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'
import {
  deedsOf,
  findingOf,
  raiseWatchedTown,
  runs,
  type StrayProcess,
  type WatchedTown,
} from '../support/watched-processes.js'

const WITNESS = 'gastown/witness'
const LEDGER = 'daemon/heartbeat/ledger.json'
const kinds = ['classic', 'current'] as const

let town: WatchedTown
afterEach(() => town.end())

describe.each(kinds)('in a %s town, an agent whose process lives outside of its session', (kind) => {
  beforeEach(async () => {
    town = raiseWatchedTown(kind)
    await town.wake('deacon', WITNESS)
    town.serverPid()
  })

  const staysAlone = async (): Promise<string> => {
    const check = await town.check()
    expect(check.exitCode).toBe(1)
    expect(deedsOf(check)).toEqual([])
    expect(town.starts()).toBe(0)
    expect(findingOf(check, 'deacon')).toMatchObject({ verdict: 'not-understood', wantsPerson: true })
    return findingOf(check, 'deacon')?.because ?? ''
  }
  const isBack = async (): Promise<void> => {
    expect(town.names()).toContain(town.session('deacon'))
    const check = await town.check()
    expect(check.exitCode).toBe(0)
    expect(deedsOf(check)).toEqual([])
  }
  const command = /tmux -S .+(?= puts it back)/

  it('is not started: a person renamed its session; the message names the way back', async () => {
    await town.check()
    const pid = town.paneOf('deacon')
    town.tmux.tmux('rename-session', '-t', `=${town.session('deacon')}`, 'deacon-today')
    const because = await staysAlone()
    expect(because).toContain(`(pid ${pid})`)
    expect(because).toContain('"deacon-today"')
    expect(because).toContain('rename-session')
    // And it stays so, however often it is looked at.
    await staysAlone()
    town.apply(because, command)
    await isBack()
    expect(town.paneOf('deacon')).toBe(pid)
  })

  it('is not started: no check has seen it before, and what it works at tells who it is', async () => {
    town.tmux.tmux('rename-session', '-t', `=${town.session('deacon')}`, 'deacon-today')
    await staysAlone()
  })

  it.each<[string, (session: string) => void]>([
    [
      'its pane was joined to the session of another agent',
      (session) => void town.tmux.tmux('join-pane', '-d', '-s', `=${session}:`, '-t', `=${town.session(WITNESS)}:`),
    ],
    [
      'its window was moved to a session of a person',
      (session) =>
        void town.tmux.tmux(
          'new-session',
          '-d',
          '-s',
          'me',
          'sleep',
          '600',
          ';',
          'move-window',
          '-d',
          '-s',
          `=${session}:`,
          '-t',
          '=me:',
        ),
    ],
    [
      'its pane was broken out to another session',
      (session) =>
        void town.tmux.tmux(
          'new-session',
          '-d',
          '-s',
          'me',
          'sleep',
          '600',
          ';',
          'split-window',
          '-d',
          '-t',
          `=${session}:`,
          'sleep',
          '0.1',
          ';',
          'break-pane',
          '-d',
          '-s',
          `=${session}:.0`,
          '-t',
          '=me:',
        ),
    ],
  ])('is not started: %s', async (_, move) => {
    await town.check()
    const pid = town.paneOf('deacon')
    move(town.session('deacon'))
    await waitFor('its session is gone', () => !town.names().includes(town.session('deacon')))
    const because = await staysAlone()
    town.apply(because, command)
    expect(town.paneOf('deacon')).toBe(pid)
    await staysUp(pid)
  })

  /** Whatever else stands where it stood: it is the agent again, and the only one. */
  const staysUp = async (pid: number): Promise<void> => {
    expect(deedsOf(await town.check()).filter((deed) => deed.includes('deacon'))).toEqual([])
    expect(town.paneOf('deacon')).toBe(pid)
    expect(town.starts()).toBe(0)
  }

  it('is not started: its session ended, and another one of its group has its window', async () => {
    await town.check()
    town.tmux.tmux('new-session', '-d', '-t', `=${town.session('deacon')}`, '-s', 'me')
    town.tmux.tmux('kill-session', '-t', `=${town.session('deacon')}`)
    town.apply(await staysAlone(), command)
    await isBack()
  })

  it('is not replaced: a shell stands under its name', async () => {
    town.configure({ zombieGrace: '1s' })
    await town.check()
    const pid = town.paneOf('deacon')
    town.tmux.tmux('rename-session', '-t', `=${town.session('deacon')}`, 'deacon-today')
    await town.leaveShell('deacon')
    const shell = town.paneOf('deacon')
    const because = await waitFor('the grace time is over', async () => {
      const check = await town.check()
      expect(deedsOf(check)).toEqual([])
      return findingOf(check, 'deacon')?.because.includes(`(pid ${pid})`) && findingOf(check, 'deacon')?.because
    })
    expect(runs(shell)).toBe(true)
    town.apply(because, command)
    await staysUp(pid)
  })

  it('is named as long as another one stands under its name', async () => {
    await town.check()
    const pid = town.paneOf('deacon')
    town.tmux.tmux('rename-session', '-t', `=${town.session('deacon')}`, 'deacon-today')
    await town.wake('deacon')
    for (const _ of ['at first', 'and again']) expect(await staysAlone()).toContain(`(pid ${pid})`)
    expect(town.names()).toEqual(expect.arrayContaining([town.session('deacon'), 'deacon-today']))
  })

  it('gets no session by a request: the request waits, and is carried out once', async () => {
    await town.check()
    const pid = town.paneOf(WITNESS)
    town.tmux.tmux('rename-session', '-t', `=${town.session(WITNESS)}`, 'mine')
    town.raiseFlag(WITNESS, 'cycle')
    const mail = town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
    const check = await town.check()
    expect(check.exitCode).toBe(1)
    expect(deedsOf(check).filter((deed) => deed.endsWith('done'))).toEqual([])
    expect(town.issue(mail)?.status).toBe('open')
    expect(runs(pid)).toBe(true)
    town.apply(findingOf(check, WITNESS)?.because, command)
    expect(deedsOf(await town.check())).toEqual([`cycle ${WITNESS} done`])
    await waitFor('the witness runs', () => town.starts() === 1)
    expect(runs(pid)).toBe(false)
  })

  it('gets no session by a request in a lifecycle run either', async () => {
    await town.check()
    town.tmux.tmux('rename-session', '-t', `=${town.session(WITNESS)}`, 'mine')
    town.raiseFlag(WITNESS, 'restart')
    const mail = town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'restart' })
    const check = await town.run(['--lifecycle', '--json'])
    expect(check.exitCode).toBe(1)
    expect(town.issue(mail)?.status).toBe('open')
    expect(town.starts()).toBe(0)
  })

  it('is not started: its process outlived the tmux server', async () => {
    town.tmux.tmux('kill-session', '-t', `=${town.session('deacon')}`)
    const lasting = {
      name: town.session('deacon'),
      folder: town.folder('deacon'),
      command: [town.lastingProgram('claude')],
    }
    town.tmux.start(lasting)
    const pid = town.paneOf('deacon')
    town.endLater(pid)
    await town.check()
    await town.crash(WITNESS).catch(() => undefined)
    process.kill(town.serverPid(), 'SIGKILL')
    await waitFor('the server is gone', () => town.names().length === 0)
    const check = await town.check()
    expect(deedsOf(check)).toEqual([`start ${WITNESS} done`])
    expect(findingOf(check, 'deacon')?.because).toContain(`kill ${pid}`)
    end(pid)
    await waitFor('it has ended', () => !runs(pid))
    expect(deedsOf(await town.check())).toEqual(['start deacon done'])
  })

  it('is started once that process has ended, also where its renamed session stays with a shell', async () => {
    await town.check()
    town.tmux.tmux('rename-session', '-t', `=${town.session('deacon')}`, 'deacon-today')
    await staysAlone()
    town.tmux.tmux('respawn-pane', '-k', '-t', '=deacon-today:', 'sh', '-i')
    expect(deedsOf(await town.check())).toEqual(['start deacon done'])
    expect(town.names()).toContain('deacon-today')
  })

  it('is started where the pid that was remembered is that of another process', async () => {
    await town.check()
    const before = JSON.parse(town.read(LEDGER) ?? '').agents.deacon.process
    expect(before).toBe(`${town.paneOf('deacon')}@${processOf(town.paneOf('deacon'))?.startTime}`)
    await town.crash('deacon')
    const other = town.leave({ command: [town.lastingProgram('claude')], folder: '/' })
    town.changeLedger((ledger) => ({
      ...ledger,
      agents: { ...ledger.agents, deacon: { starts: [], process: `${other}@1` } },
    }))
    expect(deedsOf(await town.check())).toEqual(['start deacon done'])
  })
})

describe.each(kinds)('in a %s town, what only stands where a dead agent worked', (kind) => {
  const self = (): Readonly<Record<string, string>> => ({
    GT_ROLE: 'deacon',
    GT_ROOT: town.root,
    GT_PROCESS_NAMES: 'node,claude',
  })
  beforeEach(async () => {
    town = raiseWatchedTown(kind)
    await town.wake('deacon', WITNESS)
    await town.check()
    await town.crash('deacon')
    town.serverPid()
  })

  it('does not keep it from being started: shells, what it left behind, and other agents', async () => {
    const claude = town.lastingProgram('claude')
    const there = town.folder('deacon')
    const ofAgent = { folder: there, env: self() }
    const strays: readonly StrayProcess[] = [
      { command: [town.lastingProgram('bash')], folder: there },
      { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], ...ofAgent },
      { command: [town.lastingProgram('make')], ...ofAgent },
      { command: [claude], folder: there, env: { ...self(), GT_ROLE: 'mayor' } },
      { command: [claude], folder: '/', env: { ...self(), GT_ROOT: '/other' } },
      { command: [claude], folder: town.root },
    ]
    for (const stray of strays) town.leave(stray)
    const check = await town.check()
    expect(deedsOf(check)).toEqual(['start deacon done'])
    expect(check.exitCode).toBe(0)
  })

  it.each<[string, () => StrayProcess]>([
    ['with its GT_ROLE', () => ({ command: [town.lastingProgram('claude')], folder: town.root, env: self() })],
    [
      'with its GT_ROLE, run by an interpreter',
      () => ({ command: ['sh', town.lastingProgram('claude')], folder: town.root, env: self() }),
    ],
    [
      'with the name of a program that gt took for its own',
      () => ({
        command: [town.lastingProgram('opencode')],
        folder: town.root,
        env: { ...self(), GT_PROCESS_NAMES: 'opencode,node' },
      }),
    ],
    ['in its work folder', () => ({ command: [town.lastingProgram('claude')], folder: town.folder('deacon') })],
  ])('keeps it down where it is an agent %s, and is named', async (_, process) => {
    const pid = town.leave(process())
    const check = await town.check()
    expect(deedsOf(check)).toEqual([])
    expect(check.exitCode).toBe(1)
    expect(findingOf(check, 'deacon')?.because).toContain(`kill ${pid}`)
    end(pid)
    await waitFor('it has ended', () => !runs(pid))
    expect(deedsOf(await town.check())).toEqual(['start deacon done'])
  })
})

describe.each(kinds)('in a %s town, a request for an agent that', (kind) => {
  /** An agent that leaves a second process of itself when it is asked to end. */
  function doubling(): string {
    const path = join(town.stage, 'doubling', 'claude')
    const pids = join(town.stage, 'doubling.pid')
    const copy = `setsid '${town.lastingProgram('claude')}' >/dev/null 2>&1 </dev/null & echo \\$! >'${pids}'; exit`
    put(path, `#!/bin/sh\ntrap "" HUP\ntrap "${copy}" TERM\nprintf '> '\nwhile :; do sleep 0.1; done\n`)
    chmodSync(path, 0o755)
    return path
  }

  beforeEach(async () => {
    town = raiseWatchedTown(kind)
    await town.wake('deacon')
    town.serverPid()
  })

  it('leaves a process of itself when it is ended starts no second one, and is finished once that has ended', async () => {
    const env = { GT_ROLE: WITNESS, GT_ROOT: town.root }
    mkdirSync(town.folder(WITNESS), { recursive: true })
    town.tmux.start({
      name: town.session(WITNESS),
      folder: town.folder(WITNESS),
      command: [doubling()],
      environment: env,
    })
    await waitFor('it shows its prompt', () => town.tmux.screen(town.session(WITNESS)).includes('>'))
    await town.check()
    town.raiseFlag(WITNESS, 'cycle')
    town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
    const check = await town.check()
    const copy = town.endLater(await waitFor('its copy runs', () => Number(town.read('../doubling.pid'))))
    expect(runs(copy)).toBe(true)
    expect(check.exitCode).toBe(1)
    expect(town.starts()).toBe(0)
    expect(await town.check()).toMatchObject({ exitCode: 1 })
    expect(town.starts()).toBe(0)
    end(copy)
    await waitFor('it has ended', () => !runs(copy))
    expect(deedsOf(await town.check())).toEqual([`cycle ${WITNESS} done`])
    await waitFor('the witness runs', () => town.starts() === 1)
  })
})

describe.each(kinds)('in a %s town, a polecat at work whose session was renamed', (kind) => {
  const TOAST = 'gastown/polecats/toast'
  beforeEach(async () => {
    town = raiseWatchedTown(kind)
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked', assignee: TOAST }, 'gastown')
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1', updatedAt: new Date(Date.now() - 60 * 60_000) })
    await town.wake('deacon', WITNESS, TOAST)
    await town.check()
    town.tmux.tmux('rename-session', '-t', `=${town.session(TOAST)}`, 'mine')
  })

  it('is neither started nor marked dead, and its witness is not told that it is', async () => {
    // What is stale must be seen twice.
    await town.check()
    town.changeLedger((ledger) => ({
      ...ledger,
      agents: { ...ledger.agents, [TOAST]: { ...ledger.agents[TOAST], starts: [], absentSince: 1 } },
    }))
    const check = await town.check()
    expect(deedsOf(check)).toEqual([])
    expect(check.exitCode).toBe(1)
    expect(findingOf(check, TOAST)?.because).toContain('rename-session')
    expect(town.bead(TOAST).description).toContain('agent_state: working')
    expect(town.mails(WITNESS)).toEqual([])
    expect(town.starts()).toBe(0)
  })
})
