// Not tested: a check that runs in the session it should end (personAt and the list of processes both refuse it).
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { killSession } from '../../../src/actions/kill-session.js'
import { processOf } from '../../../src/ports/processes.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { agentOf } from '../../support/stage-names.js'
import { located, only, refuses } from '../../support/stand-ins.js'
import { put } from '../../support/town-folder.js'
import { waitFor } from '../../support/wait-for.js'
import { attach, identityNow, performingIn } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown')
})
afterEach(() => fake.end())

const who = 'gastown/witness'
const witness = agentOf(who)
const ended = { ended: true, remarks: [] }

/** Raises a session whose pane runs these shell lines; they note pids with `note`. */
async function run(lines: string, count: number): Promise<readonly number[]> {
  const notes = join(fake.stage, 'pids')
  const file = join(fake.stage, 'pane.sh')
  put(file, `note() { echo "$1" >>'${notes}'; }\n${lines}\n`)
  fake.tmux.start({ name: fake.session(who), folder: fake.folder(who), command: ['sh', file] })
  const pids = () => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').filter(Boolean).map(Number) : [])
  await waitFor('the pane has come to rest', () => pids().length === count)
  return pids()
}

const runs = (pid: number) => !['Z', undefined].includes(processOf(pid)?.state)

describe('ending a session', () => {
  it.each([
    ['its shell and what stands below', 'note $$; sleep 600 & note $!; wait', 2, 3000],
    ['a shell that ignores TERM', 'trap "" TERM; note $$; while :; do sleep 1; done', 1, 3000],
    [
      'what ignores all but KILL',
      `note $$; sh -c 'trap "" TERM HUP; echo $$ >>"$0"; while :; do sleep 0.2; done' "$PWD/../../../pids" & wait`,
      2,
      8000,
    ],
    ['a stopped process', 'note $$; sleep 600 & note $!; kill -STOP $!; wait', 2, 3000],
    [
      'what loses its parent meanwhile',
      `note $$; (trap "" TERM HUP; sleep 600 & note $!; wait; sleep 600) & note $!; wait`,
      3,
      8000,
    ],
  ])('ends %s', async (_, lines, count, within) => {
    const pids = await run(lines, count)
    const performing = performingIn(fake)
    const began = Date.now()
    expect(await killSession(performing, witness, await identityNow(performing, who))).toEqual(ended)
    expect(pids.filter(runs)).toEqual([])
    expect(fake.isUp(who)).toBe(false)
    expect(Date.now() - began).toBeLessThan(within)
  })

  it('touches no other session, however like its name', async () => {
    fake.addWorker('gastown/polecats/max')
    await fake.wake('gastown/polecats/max', 'gastown/polecats/maximus', 'gastown/crew/max')
    const performing = performingIn(fake)
    const max = agentOf('gastown/polecats/max')
    expect(await killSession(performing, max, await identityNow(performing, 'gastown/polecats/max'))).toEqual(ended)
    expect(fake.tmux.sessions().map(({ name }) => name)).toEqual(['gt-gastown-crew-max', 'gt-gastown-maximus'])
  })

  it('lets no hook of the session react to it', async () => {
    await fake.wake(who)
    const mark = join(fake.stage, 'hook-ran')
    fake.tmux.tmux('set-option', '-w', '-t', `=${fake.session(who)}:`, 'remain-on-exit', 'on')
    fake.tmux.tmux('set-hook', '-t', `=${fake.session(who)}:`, 'pane-died', `run-shell "touch '${mark}'"`)
    const performing = performingIn(fake)
    expect(await killSession(performing, witness, await identityNow(performing, who))).toEqual(ended)
    expect(existsSync(mark)).toBe(false)
  })

  it('lets no hook react to it that the user has for every session', async () => {
    await fake.wake(who)
    const mark = join(fake.stage, 'hook-ran')
    fake.tmux.tmux('set-hook', '-g', 'pane-died', `run-shell "touch '${mark}'" ; respawn-pane`)
    const performing = performingIn(fake)
    expect(await killSession(performing, witness, await identityNow(performing, who))).toEqual(ended)
    expect(existsSync(mark)).toBe(false)
  })

  it('is done when the session is gone already', async () => {
    const identity = { serverPid: 1, sessionId: '$1', paneStart: '1@1' }
    expect(await killSession(performingIn(fake), witness, identity)).toEqual(ended)
  })

  it('takes a dead pane away', async () => {
    fake.tmux.start({ name: 'keeps-the-server', folder: fake.root, command: ['sleep', '600'] })
    fake.tmux.tmux('set-option', '-g', 'remain-on-exit', 'on')
    fake.tmux.start({ name: fake.session(who), folder: fake.folder(who), command: ['true', 'x'] })
    await waitFor('the pane is dead', () => fake.tmux.tmux('list-panes', '-a', '-F', '#{pane_dead}').includes('1'))
    const performing = performingIn(fake)
    expect(await killSession(performing, witness, await identityNow(performing, who))).toEqual(ended)
    expect(fake.isUp(who)).toBe(false)
  })
})

describe('a session is left as it is', () => {
  it.each([
    ['another one has taken its place', { sessionId: '$77' }],
    ['its process is another by now', { paneStart: '1@1' }],
    ['it belongs to another server', { serverPid: 1 }],
  ])('when %s', async (_, difference) => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const identity = await identityNow(performing, who)
    const setback = await killSession(performing, witness, { ...identity, ...difference })
    expect(setback).toMatchObject({ hindrance: { because: 'another session stands under its name by now' } })
    expect(await identityNow(performing, who)).toEqual(identity)
  })

  it('when a person is attached, the gate is closed, or tmux cannot be asked', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const identity = await identityNow(performing, who)
    const leave = await attach(fake, who)
    expect(await killSession(performing, witness, identity)).toMatchObject({
      hindrance: { because: 'a person is attached to its session' },
    })
    leave()
    const stopped = performingIn(fake, { forbidden: () => 'ESTOP' })
    expect(await killSession(stopped, witness, identity)).toMatchObject({ hindrance: { because: 'ESTOP' } })
    fake.programs.spoil('tmux', only('*list-panes*', refuses('no')))
    expect(await killSession(performing, witness, identity)).toMatchObject({ hindrance: { blind: true } })
    fake.programs.mend('tmux')
    expect(await identityNow(performing, who)).toEqual(identity)
  })

  it('whose name it has no longer: its process lives, and that is no end', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const identity = await identityNow(performing, who)
    fake.tmux.tmux('rename-session', '-t', `=${fake.session(who)}`, 'mine')
    expect(await killSession(performing, witness, identity)).toMatchObject({
      ended: false,
      hindrance: { because: expect.stringContaining(`its process (pid ${identity.paneStart.split('@')[0]}) lives`) },
    })
    expect(fake.tmux.sessions()).toMatchObject([{ name: 'mine' }])
  })

  it('that has another name when its processes are to be ended: its process lives, and that is no end', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const identity = await identityNow(performing, who)
    const once = join(fake.stage, 'once')
    const rename = `rename-session -t '=${fake.session(who)}' mine`
    // After the first look, and before the second.
    const after = `if mkdir '${once}' 2>/dev/null; then work "$@"; '${located('tmux', process.env['PATH'] ?? '')}' -S '${fake.tmux.socket}' ${rename}; exit 0; fi\n`
    fake.programs.spoil('tmux', only('*list-panes*', after))
    expect(await killSession(performing, witness, identity)).toMatchObject({
      ended: false,
      hindrance: { because: expect.stringContaining('lives') },
    })
    expect(fake.tmux.sessions()).toMatchObject([{ name: 'mine' }])
  })

  it('of which the tmux server cannot be reached any more', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const identity = await identityNow(performing, who)
    rmSync(fake.tmux.socket)
    const setback = await killSession(performing, witness, identity)
    process.kill(identity.serverPid, 'SIGUSR1')
    expect(setback).toMatchObject({ ended: false, hindrance: { blind: true } })
    await waitFor('it listens again', () => fake.isUp(who))
    expect(await identityNow(performing, who)).toEqual(identity)
  })

  it('to which a person comes after it was looked at: nobody in it is ended', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const identity = await identityNow(performing, who)
    const [once, theirs] = [join(fake.stage, 'once'), join(fake.stage, 'theirs')]
    const opens = `split-window -d -P -F '#{pane_pid}' -t '=${fake.session(who)}:' sleep 600 >'${theirs}'`
    // The first answer is of before; the second tells of both panes.
    const again = `if mkdir '${once}' 2>/dev/null; then work "$@"; '${located('tmux', process.env['PATH'] ?? '')}' -S '${fake.tmux.socket}' ${opens}; exit 0; fi\n`
    fake.programs.spoil('tmux', only('*list-panes*', again))
    expect(await killSession(performing, witness, identity)).toMatchObject({
      hindrance: { because: 'its session has a second pane, in which a person may be at work' },
    })
    expect(
      [Number(readFileSync(theirs, 'utf8')), ...fake.tmux.sessions().map(({ panePid }) => panePid)].every(runs),
    ).toBe(true)
  })

  it('of which nobody can tell whether it is still there when its agent has ended: the next check ends what is left', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const identity = await identityNow(performing, who)
    const deaf = join(fake.stage, 'deaf')
    fake.programs.spoil(
      'tmux',
      `case "$*" in *set-hook*) touch '${deaf}' ;; *list-panes*) [ -f '${deaf}' ] && exit 1 ;; esac\n`,
    )
    expect(await killSession(performing, witness, identity)).toMatchObject({ hindrance: { blind: true } })
    fake.programs.mend('tmux')
    expect(await killSession(performing, witness, identity)).toEqual(ended)
    expect(fake.isUp(who)).toBe(false)
  })
})
