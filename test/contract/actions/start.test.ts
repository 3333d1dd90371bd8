// Not tested: a first tmux server under systemd (the tmux port's tests have it), a check that runs in the zombie itself.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { start } from '../../../src/actions/start.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { located, only, refuses } from '../../support/stand-ins.js'
import { defaultSettings } from '../../support/town-builder.js'
import { put } from '../../support/town-folder.js'
import { waitFor } from '../../support/wait-for.js'
import { attach, identityNow, nudge, panePid, performingIn, recordOnDisk, startOf, startOfAgent } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown')
})
afterEach(() => fake.end())

const who = 'gastown/witness'
const newSessions = () =>
  fake.programs.calls().filter(({ program, args }) => program === 'tmux' && args.includes('new-session'))

describe('an agent that is dead', () => {
  it('comes up in its folder, and the ledger knows which session came of it', async () => {
    const performing = performingIn(fake)
    const outcome = await start(performing, startOfAgent(who))
    expect(outcome).toMatchObject({ outcome: 'done', detail: { session: 'gt-gastown-witness' } })
    expect(fake.tmux.sessions()).toMatchObject([{ name: 'gt-gastown-witness', path: fake.folder(who) }])
    const identity = await identityNow(performing, who)
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ by: 'inference', outcome: 'started', identity }])
    expect(performing.town.ledger.current().children).toEqual([])
  })

  it('has one identity in its session and in its process, whatever the server had', async () => {
    fake.addWorker('gastown/polecats/toast')
    const foreign = { GT_ROLE: 'mayor', GT_CREW: 'max', CLAUDECODE: '1', BEADS_DB: '/x', INVOCATION_ID: 'i' }
    // An old server that somebody started from an agent's shell.
    fake.tmux.tmux('new-session', '-d', '-s', 'old', 'sleep', '600')
    for (const [name, value] of Object.entries(foreign)) fake.tmux.tmux('set-environment', '-g', name, value)
    const performing = performingIn(fake, { settings: { worktree: false } })
    expect(await start(performing, startOfAgent('gastown/polecats/toast'))).toMatchObject({ outcome: 'done' })

    const identity = {
      GT_ROLE: 'polecat',
      GT_RIG: 'gastown',
      GT_POLECAT: 'toast',
      BD_ACTOR: 'gastown/polecats/toast',
      BEADS_DIR: join(fake.root, 'gastown/.beads'),
      BEADS_NO_DAEMON: '1',
      BEADS_AGENT_NAME: 'gastown/toast',
    }
    const { env } = await startOf(fake, 'gastown/polecats/toast')
    expect(env).toMatchObject(identity)
    for (const name of ['GT_CREW', 'CLAUDECODE', 'BEADS_DB', 'INVOCATION_ID']) expect(env).not.toHaveProperty(name)
    const session = fake.tmux.tmux('show-environment', '-t', '=gt-gastown-toast:').split('\n')
    expect(session).toEqual(expect.arrayContaining(Object.entries(identity).map(([key, value]) => `${key}=${value}`)))
  })

  it('gets nothing of whoever runs the check, nor does the server that is started for it', async () => {
    const caller = {
      GT_ROLE: 'mayor',
      CLAUDECODE: '1',
      NODE_OPTIONS: '--no-warnings',
      npm_lifecycle_event: 'x',
      GT_HEARTBEAT_OPTS: '-v',
      JOURNAL_STREAM: '8:1',
    }
    const performing = performingIn(fake, { env: caller })
    expect(await start(performing, startOfAgent('deacon'))).toMatchObject({ outcome: 'done' })
    const { env } = await startOf(fake, 'deacon')
    const server = fake.tmux.tmux('show-environment', '-g')
    for (const name of Object.keys(caller).filter((one) => one !== 'GT_ROLE')) {
      expect(env).not.toHaveProperty(name)
      expect(server).not.toContain(`${name}=`)
    }
    expect(env['GT_TOWN_ROOT']).toBeUndefined()
  })

  it('is counted before tmux is asked to make its session', async () => {
    const performing = performingIn(fake)
    const copy = join(fake.stage, 'copy.json')
    fake.programs.spoil('tmux', only('*new-session*', `cp '${performing.town.ledger.path}' '${copy}'\n`))
    await start(performing, startOfAgent(who))
    expect(JSON.parse(readFileSync(copy, 'utf8'))).toMatchObject({
      agents: { [who]: { starts: [{ outcome: 'begun' }] } },
    })
  })

  it('whom somebody else brings up in the last moment is no failure', async () => {
    const performing = performingIn(fake)
    fake.programs.spoil(
      'tmux',
      only('*new-session*', `work -S '${fake.tmux.socket}' new-session -d -s gt-gastown-witness sleep 600\n`),
    )
    expect(await start(performing, startOfAgent(who))).toMatchObject({
      outcome: 'done',
      detail: { session: 'somebody else was faster' },
    })
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ outcome: 'duplicate' }])
  })

  it('who is up by now is left alone', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const outcome = await start(performing, startOfAgent(who))
    expect(outcome).toMatchObject({ outcome: 'done', detail: { session: expect.stringContaining('faster') } })
    expect(newSessions()).toEqual([])
    expect(recordOnDisk(performing, who).starts).toEqual([])
  })

  it('is not started when tmux cannot be asked, and that is a blind spot', async () => {
    fake.programs.spoil('tmux', refuses('error connecting to /tmp/x (Permission denied)'))
    const outcome = await start(performingIn(fake), startOfAgent(who))
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      blindSpot: { why: expect.stringContaining('Permission denied') },
    })
    expect(newSessions()).toEqual([])
  })

  it('is not started when its tmux server has lost its socket meanwhile, and that is a blind spot', async () => {
    await fake.wake(who)
    const server = Number(fake.tmux.tmux('display-message', '-p', '#{pid}'))
    rmSync(fake.tmux.socket)
    const outcome = await start(performingIn(fake), startOfAgent(who))
    process.kill(server, 'SIGKILL')
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      blindSpot: { why: expect.stringContaining(`kill -USR1 ${server}`) },
    })
    expect(newSessions()).toEqual([])
  })

  it('is not started when its session was renamed meanwhile', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const { paneStart } = await identityNow(performing, who)
    performing.town.ledger.change((ledger) => ({
      ...ledger,
      agents: { [who]: { starts: [], process: paneStart } },
    }))
    fake.tmux.tmux('rename-session', '-t', `=${fake.session(who)}`, 'mine')
    const outcome = await start(performing, startOfAgent(who))
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      action: { deferred: { because: expect.stringContaining('rename-session') } },
    })
    expect(newSessions()).toEqual([])
  })

  it('is not started when a process of it appears while its work tree is brought up to date', async () => {
    const polecat = 'gastown/polecats/toast'
    fake.addWorker(polecat)
    const claude = join(fake.stage, 'elsewhere', 'claude')
    put(claude, '#!/bin/sh\nsleep 600\n')
    chmodSync(claude, 0o755)
    const other = `cd '${fake.folder(polecat)}' && setsid '${claude}' >/dev/null 2>&1 </dev/null & echo $! >'${claude}.pid'; cd -\n`
    fake.programs.spoil('git', only('fetch*', other))
    const outcome = await start(performingIn(fake), startOfAgent(polecat))
    const pid = readFileSync(`${claude}.pid`, 'utf8').trim()
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      action: { deferred: { because: expect.stringContaining(pid) } },
    })
    expect(newSessions()).toEqual([])
    process.kill(-Number(pid), 'SIGKILL')
  })

  it('is not started when the gate has closed meanwhile, nor with too little time left', async () => {
    const forbidden = await start(performingIn(fake, { forbidden: () => 'ESTOP' }), startOfAgent(who))
    expect(forbidden).toMatchObject({ outcome: 'deferred', action: { deferred: { because: 'ESTOP', soon: false } } })
    const late = await start(performingIn(fake, { left: 30_000 }), startOfAgent(who))
    expect(late).toMatchObject({ outcome: 'deferred', action: { deferred: { soon: true } } })
    expect(newSessions()).toEqual([])
  })
})

describe('a start that fails', () => {
  const launch = (line: readonly string[]) => ({ ...defaultSettings.launch, witness: line, deacon: line })

  it('for want of the program says where it was looked for, and leaves no session', async () => {
    const performing = performingIn(fake, { settings: { launch: launch(['no-such-agent', '-x']) } })
    const outcome = await start(performing, startOfAgent(who))
    expect(outcome.outcome).toBe('failed')
    expect(outcome.error).toMatch(
      /no-such-agent was found neither on the check's own PATH nor by the login shell \/bin\/sh: .*launch\.witness/,
    )
    expect(fake.tmux.sessions()).toEqual([])
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ outcome: 'failed' }])
  })

  it('because its program ends at once says how and what it said last', async () => {
    const line = ['sh', '-c', 'echo out of credit >&2; sleep 0.05; exit 7']
    const outcome = await start(performingIn(fake, { settings: { launch: launch(line) } }), startOfAgent(who))
    expect(outcome).toMatchObject({
      outcome: 'failed',
      error: expect.stringMatching(/exit code 7; its last lines: out of credit/),
    })
    expect(fake.tmux.sessions()).toEqual([])
  })

  it('because its folder is missing is counted too, though tmux is not even asked', async () => {
    rmSync(fake.folder(who), { recursive: true })
    const performing = performingIn(fake)
    const outcome = await start(performing, startOfAgent(who))
    expect(outcome).toMatchObject({ outcome: 'failed', error: `its work folder ${fake.folder(who)} does not exist` })
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ outcome: 'failed' }])
    expect(newSessions()).toEqual([])
  })

  it('of gastown/polecats/toast in a folder that is no git work tree', async () => {
    const worker = 'gastown/polecats/toast'
    mkdirSync(fake.folder(worker), { recursive: true })
    const outcome = await start(performingIn(fake), startOfAgent(worker))
    expect(outcome).toMatchObject({ outcome: 'failed', error: expect.stringContaining('no git work tree') })
  })

  it.each(['../x', '-x', 'a b', 'a:b', '$(x)', 'witness', 'a\nb'])(
    'of a worker called %j never reaches tmux',
    async (name) => {
      const outcome = await start(performingIn(fake), {
        ...startOfAgent(who),
        agent: { role: 'crew', rig: 'gastown', name },
      })
      expect(outcome.outcome).not.toBe('done')
      expect(newSessions()).toEqual([])
    },
  )
})

it("a deacon's folder is made when it is missing", async () => {
  rmSync(fake.folder('deacon'), { recursive: true })
  expect(await start(performingIn(fake), startOfAgent('deacon'))).toMatchObject({ outcome: 'done' })
  expect((await startOf(fake, 'deacon')).cwd).toBe(fake.folder('deacon'))
})

describe('a zombie', () => {
  const settings = { zombieGrace: 0 }

  it('is ended with all that runs in it, and replaced', async () => {
    await fake.leaveShell(who)
    const performing = performingIn(fake, { settings })
    const zombie = await identityNow(performing, who)
    expect(await start(performing, startOfAgent(who, { zombie }))).toMatchObject({ outcome: 'done' })
    expect(await identityNow(performing, who)).not.toEqual(zombie)
    await startOf(fake, who)
  })

  it('that was replaced since it was seen is not touched', async () => {
    await fake.leaveShell(who)
    const performing = performingIn(fake, { settings })
    const zombie = { ...(await identityNow(performing, who)), sessionId: '$99' }
    const outcome = await start(performing, startOfAgent(who, { zombie }))
    expect(outcome).toMatchObject({ outcome: 'deferred', action: { deferred: { soon: true } } })
    expect(newSessions()).toHaveLength(0)
  })

  it('that was not seen before is not touched', async () => {
    await fake.leaveShell(who)
    expect(await start(performingIn(fake, { settings }), startOfAgent(who))).toMatchObject({ outcome: 'deferred' })
    expect(fake.isUp(who)).toBe(true)
  })

  it.each(['claude', 'my-agent'])('in which %s begins right before it is ended is left alone', async (name) => {
    await fake.leaveShell(who)
    const performing = performingIn(fake, { settings })
    const zombie = await identityNow(performing, who)
    const program = join(fake.stage, name)
    copyFileSync('/bin/sleep', program)
    const tmux = `'${located('tmux', process.env['PATH'] ?? '')}' -S '${fake.tmux.socket}'`
    const [first, second] = [join(fake.stage, 'first'), join(fake.stage, 'second')]
    const begins = `${tmux} send-keys -t '=${fake.session(who)}:' '${program} 600' Enter; until [ "$(pgrep -f "^${program}")" ]; do sleep 0.05; done`
    // The start and the end have each looked once; then the end lists the processes that it is about to end.
    fake.programs.spoil(
      'tmux',
      only('*list-panes*', `mkdir '${first}' 2>/dev/null || mkdir '${second}' 2>/dev/null || { ${begins}; }\n`),
    )
    const outcome = await start(performing, startOfAgent(who, { zombie }))
    fake.programs.mend('tmux')
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      action: { deferred: { because: expect.stringContaining(name) } },
    })
    expect(await identityNow(performing, who)).toEqual(zombie)
    expect(fake.tmux.tmux('list-panes', '-a', '-F', '#{pane_current_command} #{pane_dead}')).toBe(`${name} 0\n`)
  })

  it.each([
    ['a person is attached', () => attach(fake, who)],
    [
      'it has a second pane',
      async () => void fake.tmux.tmux('split-window', '-t', `=${fake.session(who)}:`, 'sleep 600'),
    ],
  ])('is left alone when %s', async (_, visit) => {
    await fake.leaveShell(who)
    const performing = performingIn(fake, { settings })
    const zombie = await identityNow(performing, who)
    const leave = await visit()
    const outcome = await start(performing, startOfAgent(who, { zombie }))
    leave?.()
    expect(outcome).toMatchObject({ outcome: 'deferred', action: { deferred: { soon: false } } })
    expect(await identityNow(performing, who)).toEqual(zombie)
  })
})

describe('a new session', () => {
  const option = (name: string) => fake.tmux.tmux('show-options', '-v', '-t', `=${fake.session(who)}:`, name).trim()
  const key = (name: string) => fake.tmux.tmux('list-keys', '-T', 'prefix', name)

  it('has the colours and the status bar of its rig, and the key bindings', async () => {
    await start(performingIn(fake), startOfAgent(who))
    expect(option('status-style')).toBe('bg=#0d5c63,fg=#e0e0e0')
    expect(option('status-left')).toBe('👁 gastown/witness')
    expect(key('n')).toContain('gt cycle next')
    expect(key('a')).toContain('gt feed --window')
  })

  it("keeps the user's own bindings", async () => {
    fake.tmux.tmux('new-session', '-d', '-s', 'mine', 'sleep', '600')
    fake.tmux.tmux('bind-key', '-T', 'prefix', 'n', 'display-message', 'mine')
    await start(performingIn(fake), startOfAgent(who))
    expect(key('n')).toContain('display-message mine')
    expect(key('p')).toContain('gt cycle prev')
  })

  it('is left plain where the configuration says so', async () => {
    await start(performingIn(fake, { settings: { theme: false } }), startOfAgent(who))
    expect(fake.tmux.tmux('show-options', '-t', `=${fake.session(who)}:`)).not.toContain('status')
    expect(key('n')).toContain('next-window')
  })

  it('ends when its agent ends, which is noted in the log of the town', async () => {
    await start(performingIn(fake), startOfAgent(who))
    process.kill(panePid(fake, who), 'SIGKILL')
    await waitFor('its session is gone', () => !fake.isUp(who) || nudge(fake))
    await waitFor('gt has noted the crash', () =>
      fake.programs
        .calls()
        .find(
          ({ program, args }) =>
            program === 'gt' &&
            args.join(' ').startsWith('log crash --agent gastown/witness --session gt-gastown-witness'),
        ),
    )
  })

  it('does not end with a shell that a person opened beside its agent', async () => {
    await start(performingIn(fake), startOfAgent(who))
    fake.tmux.tmux('split-window', '-t', `=${fake.session(who)}:`, 'true')
    await waitFor('the second pane is gone', () => fake.tmux.sessions().every(({ panes }) => panes === 1))
    expect(fake.isUp(who)).toBe(true)
  })
})
