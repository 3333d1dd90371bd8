// Not tested here: a real systemd manager, the real gt (the tests of real towns have it).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { start } from '../../../src/actions/start.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { hang, located, only, refuses } from '../../support/stand-ins.js'
import { waitFor } from '../../support/wait-for.js'
import { identityNow, performingIn, recordOnDisk, startOf, startOfAgent } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown({ kind: 'current' })
  fake.addRig('demo')
})
afterEach(() => fake.end())

const WITNESS = 'demo/witness'
const callsOf = (name: string) => fake.programs.calls().filter(({ program }) => program === name)
const startCalls = () => callsOf('gt').filter(({ args }) => args[1] === 'start' || args[1] === 'restart')
/** The files a login /bin/sh of the stage's user reads. */
const profile = (lines: string) => fake.write('../home/.profile', lines)
/** An agent that never shows the prompt gt waits for. */
const silentAgent = 'while :; do sleep 1; done\n'

describe('gt makes the sessions of a current town', () => {
  it.each([
    ['deacon', ['deacon', 'start'], 'hq-deacon'],
    ['mayor', ['mayor', 'start'], 'hq-mayor'],
    [WITNESS, ['witness', 'start', 'demo'], 'de-witness'],
    ['demo/refinery', ['refinery', 'start', 'demo'], 'de-refinery'],
    ['demo/crew/joe', ['crew', 'start', 'demo', 'joe'], 'de-crew-joe'],
    ['demo/polecats/rust', ['session', 'start', 'demo/rust'], 'de-rust'],
  ])('%s comes up by gt, as the ledger knows', async (who, words, session) => {
    if (who.split('/').length > 2 || who.endsWith('refinery')) fake.addWorker(who)
    if (who === 'mayor') fake.write('mayor/CLAUDE.md', '')
    const performing = performingIn(fake, { settings: { worktree: false } })
    expect(await start(performing, startOfAgent(who))).toMatchObject({ outcome: 'done', detail: { session } })
    expect(startCalls().map(({ args, cwd }) => [args, cwd])).toEqual([[words, fake.root]])
    expect(fake.tmux.sessions()).toMatchObject([{ name: session, path: fake.folder(who) }])
    const identity = await identityNow(performing, who)
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ by: 'inference', outcome: 'started', identity }])
    expect(performing.town.ledger.current().children).toEqual([])
    const { env } = await startOf(fake, who)
    expect(env).toMatchObject({ GT_ROLE: who, BD_ACTOR: who, GT_SESSION: session })
  })

  it('and gets nothing of whoever runs the check: it speaks for nobody, to the Dolt server of the town', async () => {
    const foreign = {
      GT_ROLE: 'mayor',
      GT_SESSION: 'hq-mayor',
      BD_ACTOR: 'me',
      CLAUDECODE: '1',
      INVOCATION_ID: 'i',
      TMUX: 'x',
    }
    await start(performingIn(fake, { env: foreign }), startOfAgent('deacon'))
    const [call] = startCalls()
    expect(call?.env).toMatchObject({ GT_TOWN_ROOT: fake.root, GT_DOLT_PORT: '3307', BEADS_DOLT_AUTO_START: '0' })
    for (const name of Object.keys(foreign)) expect(call?.env).not.toHaveProperty(name)
    expect(fake.read('.runtime/heartbeats/hq-mayor.json')).toBeUndefined()
    expect((await startOf(fake, 'deacon')).env['GT_ROLE']).toBe('deacon')
    expect(fake.tmux.tmux('show-environment', '-g')).not.toMatch(/INVOCATION_ID=|CLAUDECODE=/)
  })

  it('one whose agent never shows a prompt is ended at its deadline, and tmux says that the agent is there', async () => {
    fake.programs.spoil('claude', silentAgent)
    const performing = performingIn(fake, { settings: { startDeadline: 1500 } })
    expect(await start(performing, startOfAgent(WITNESS))).toMatchObject({ outcome: 'done' })
    expect(recordOnDisk(performing, WITNESS).starts).toMatchObject([{ outcome: 'started' }])
    expect(fake.isUp(WITNESS)).toBe(true)
  })

  it('one that hangs before it made a session has failed, and is gone', async () => {
    fake.programs.spoil('gt', hang)
    const performing = performingIn(fake, { settings: { startDeadline: 1000 } })
    const { outcome, error } = await start(performing, startOfAgent(WITNESS))
    expect([outcome, error]).toEqual(['failed', expect.stringContaining('gt')])
    expect(recordOnDisk(performing, WITNESS).starts).toMatchObject([{ outcome: 'failed' }])
    expect(performing.town.ledger.current().children).toEqual([])
  })

  it('what gt refuses is said in its words', async () => {
    fake.programs.spoil('gt', refuses("Error: rig 'demo' is parked - use 'gt rig unpark demo' first"))
    const outcome = await start(performingIn(fake), startOfAgent(WITNESS))
    expect(outcome).toMatchObject({ outcome: 'failed', error: expect.stringContaining("rig 'demo' is parked") })
  })

  it('a success of gt without a session is none', async () => {
    fake.programs.spoil('gt', 'echo "✓ Witness started for demo"\nexit 0\n')
    const outcome = await start(performingIn(fake), startOfAgent(WITNESS))
    expect(outcome).toMatchObject({ outcome: 'failed', error: expect.stringContaining('made no session de-witness') })
  })

  it('a complaint of gt about a session whose agent runs is a remark', async () => {
    fake.programs.spoil('gt', 'work "$@" >/dev/null\necho "Error: no theme" >&2\nexit 1\n')
    const outcome = await start(performingIn(fake), startOfAgent(WITNESS))
    expect(outcome).toMatchObject({ outcome: 'done', error: expect.stringContaining('no theme') })
  })

  it.each([[WITNESS], ['deacon']])('%s: somebody else was faster, and that counts as no start', async (who) => {
    fake.programs.spoil('gt', only('*start*', 'work "$@" >/dev/null\n'))
    const performing = performingIn(fake)
    expect(await start(performing, startOfAgent(who))).toMatchObject({ outcome: 'done' })
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ outcome: 'duplicate' }])
  })

  it('a missing gt is said', async () => {
    fake.programs.uninstall('gt')
    const outcome = await start(performingIn(fake), startOfAgent(WITNESS))
    expect(outcome).toMatchObject({ outcome: 'failed', error: expect.stringContaining('gt') })
  })
})

describe('a zombie of a current town', () => {
  /** As gt leaves the deacon: whatever ends in its pane is started again three seconds later. */
  const respawning = (session: string) => {
    const tmux = `tmux -S ${fake.tmux.socket}`
    const guard = `${tmux} list-panes -t ${session} -F "##{pane_dead}" | grep -q 1`
    fake.tmux.tmux('set-option', '-w', '-t', `=${session}:`, 'remain-on-exit', 'on')
    fake.tmux.tmux(
      'set-hook',
      '-t',
      session,
      'pane-died',
      `run-shell -b '${guard} && ${tmux} respawn-pane -k -t ${session}'`,
    )
  }

  it('is ended by us before gt is asked, and its own hook does not bring it back', async () => {
    await fake.leaveShell('deacon')
    respawning('hq-deacon')
    const performing = performingIn(fake, { settings: { zombieGrace: 0 } })
    const zombie = await identityNow(performing, 'deacon')
    const outcome = await start(performing, startOfAgent('deacon', { zombie }))
    expect(outcome).toMatchObject({ outcome: 'done', detail: { ended: zombie.sessionId, session: 'hq-deacon' } })
    const kill = callsOf('tmux').findIndex(({ args }) => args.some((word) => word.startsWith('kill-session')))
    expect(kill).toBeGreaterThan(-1)
    expect(startCalls()).toHaveLength(1)
    const [pane, ...more] = fake.tmux.sessions()
    expect(more).toEqual([])
    expect((await startOf(fake, 'deacon')).pid).toBe(pane?.panePid)
    expect(recordOnDisk(performing, 'deacon')).not.toHaveProperty('plainShell')
  })
})

describe('the environment that gt hands on', () => {
  const asking = () => callsOf('gt').filter(({ args }) => args[0] !== 'mail')

  it('is the one a login shell has: read once, whatever the profile prints, whatever lines a value has', async () => {
    profile(
      [
        'echo "Welcome back!"',
        'printf x >>"$HOME/read"',
        'export SECRET="two',
        'lines = of it"',
        'export GT_ROLE=mayor TMUX_TMPDIR=/nowhere GT_TMUX_SOCKET=elsewhere',
        'export PATH="$HOME/bin:/usr/bin:/bin"',
      ].join('\n'),
    )
    const performing = performingIn(fake)
    const both = await Promise.all(['deacon', WITNESS].map((who) => start(performing, startOfAgent(who))))
    expect(both).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }])
    for (const outcome of both) expect(outcome).not.toHaveProperty('error')
    expect(fake.read('../home/read')).toBe('x')
    for (const { env } of asking()) {
      expect(env).toMatchObject({ SECRET: 'two\nlines = of it', TMUX_TMPDIR: fake.env['TMUX_TMPDIR'] })
      for (const name of ['GT_ROLE', 'GT_TMUX_SOCKET', 'TMUX', 'SHLVL']) expect(env).not.toHaveProperty(name)
      // The user's places first, and those of the check behind them.
      expect(env['PATH']).toMatch(new RegExp(`^${fake.env['HOME']}/bin:.*:${fake.programs.bin}:`))
    }
    const { env } = await startOf(fake, WITNESS)
    expect(env).toMatchObject({ SECRET: 'two\nlines = of it', GT_ROLE: WITNESS })
  })

  describe.each([
    ['bash', '.bash_profile', 'echo hi; export SECRET=x'],
    ['zsh', '.zprofile', 'echo hi; export SECRET=x'],
    ['dash', '.profile', 'echo hi; export SECRET=x'],
    ['fish', '.config/fish/config.fish', 'echo hi; set -gx SECRET x'],
  ])('of %s', (shell, file, lines) => {
    it('is what the agent has', async (ctx) => {
      const launchShell = located(shell, process.env['PATH'] ?? '')
      if (!launchShell) return ctx.skip(`needs ${shell}: apt-get install ${shell}`)
      fake.write(`../home/${file}`, `${lines}\n`)
      const outcome = await start(performingIn(fake, { settings: { launchShell } }), startOfAgent(WITNESS))
      expect(outcome).not.toHaveProperty('error')
      expect((await startOf(fake, WITNESS)).env['SECRET']).toBe('x')
    })
  })

  it('is the own one of the check where the profile waits for somebody, after a while', async () => {
    profile('sleep 600')
    const settings = { deadline: 2000 }
    const outcome = await start(performingIn(fake, { settings }), startOfAgent(WITNESS))
    expect(outcome).toMatchObject({ outcome: 'done', error: expect.stringContaining('told none of its own') })
  })

  it.each([
    ['runs another shell in its place', 'exec sleep 0'],
    ['fails', 'exit 3'],
  ])('is the own one of the check where the profile %s, and that is said', async (_, lines) => {
    profile(lines)
    const outcome = await start(performingIn(fake, { env: { MINE: 'yes' } }), startOfAgent(WITNESS))
    expect(outcome).toMatchObject({ outcome: 'done', error: expect.stringContaining('~/.profile') })
    expect((await startOf(fake, WITNESS)).env['MINE']).toBe('yes')
  })

  it('is the own one of the check where the configuration wants no shell', async () => {
    profile('export SECRET=x; printf x >>"$HOME/read"')
    const outcome = await start(performingIn(fake, { settings: { launchShell: false } }), startOfAgent(WITNESS))
    expect(outcome).not.toHaveProperty('error')
    expect(fake.read('../home/read')).toBeUndefined()
  })

  it('a profile that opens tmux for whoever is not in it leaves us alone', async () => {
    profile('[ -n "$TMUX" ] || exec sleep 0\nexport SECRET=x')
    const outcome = await start(performingIn(fake), startOfAgent(WITNESS))
    expect(outcome).not.toHaveProperty('error')
    expect((await startOf(fake, WITNESS)).env['SECRET']).toBe('x')
  })
})

describe('the first tmux server of a current town under systemd', () => {
  /** Starts what stands after `--`, as the manager would: with single dollars, in an environment of its own. */
  const obey = [
    'while [ "$1" != -- ]; do shift; done; shift; left=$#',
    'while [ "$left" -gt 0 ]; do',
    '  word=$(printf %s "$1" | sed "s/[$][$]/$/g"); shift; set -- "$@" "$word"; left=$((left - 1))',
    'done',
    'exec env -u MINE "$@"',
    '',
  ].join('\n')
  const units = () => callsOf('systemd-run')

  it('is started in a unit of its own before gt is asked, with the environment of a login shell', async () => {
    profile('export SECRET=x')
    fake.programs.spoil('systemd-run', obey)
    const env = { INVOCATION_ID: 'i', MINE: 'yes' }
    const performing = performingIn(fake, { underSystemd: true, env, tmuxEnv: { ...fake.env, ...env } })
    const both = await Promise.all(['deacon', WITNESS].map((who) => start(performing, startOfAgent(who))))
    for (const outcome of both) {
      expect(outcome).toMatchObject({ outcome: 'done' })
      expect(outcome).not.toHaveProperty('error')
    }
    expect(units()).toHaveLength(1)
    expect(units()[0]?.args).toEqual(expect.arrayContaining(['Type=forking', 'gt-heartbeat-anchor', fake.tmux.socket]))
    expect(fake.tmux.sessions().map(({ name }) => name)).toEqual(['de-witness', 'hq-deacon'])
    const everybody = fake.tmux.tmux('show-environment', '-g').split('\n')
    expect(everybody).toContain('SECRET=x')
    expect(everybody.filter((line) => /^(MINE|INVOCATION_ID|TMUX)=/.test(line))).toEqual([])
  })

  it('is not needed where one answers', async () => {
    await fake.wake('deacon')
    await start(performingIn(fake, { underSystemd: true }), startOfAgent(WITNESS))
    expect(units()).toEqual([])
  })

  it('is gt’s where no manager answers, and that is said', async () => {
    fake.programs.spoil('systemd-run', refuses('Failed to connect to bus: No medium found'))
    const outcome = await start(performingIn(fake, { underSystemd: true }), startOfAgent(WITNESS))
    expect(outcome).toMatchObject({ outcome: 'done', error: expect.stringContaining('No medium found') })
  })

  it('goes again with its anchor where gt made nothing, and the next start makes another', async () => {
    fake.programs.spoil('systemd-run', obey)
    fake.programs.spoil('gt', refuses('no'))
    const performing = performingIn(fake, { underSystemd: true })
    expect(await start(performing, startOfAgent(WITNESS))).toMatchObject({ outcome: 'failed' })
    await waitFor('nobody is there', () => fake.tmux.sessions().length === 0)
    fake.programs.mend('gt')
    expect(await start(performing, startOfAgent('deacon'))).toMatchObject({ outcome: 'done' })
    expect(units()).toHaveLength(2)
    expect(fake.tmux.sessions().map(({ name }) => name)).toEqual(['hq-deacon'])
  })
})
