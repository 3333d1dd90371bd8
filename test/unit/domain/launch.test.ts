import { describe, expect, it } from 'vitest'
import {
  carriesLaunchWords,
  foreignVariables,
  launchArgv,
  profileOf,
  type Through,
  wasSwallowed,
  withoutForeign,
} from '../../../src/domain/launch.js'

const identity = { GT_ROLE: 'witness', BD_ACTOR: 'gastown/witness' }
const words = ['/usr/bin/claude', '--dangerously-skip-permissions']
const login = (shell: string): Through => ({ kind: 'login', shell })
const argvThrough = (through: Through) => launchArgv({ through, unset: ['GT_RIG', 'GT_ROLE'], identity, words })
const env = ['env', '-u', 'GT_RIG', 'GT_ROLE=witness', 'BD_ACTOR=gastown/witness', ...words]

describe('the command line of a pane', () => {
  it.each([
    ['/bin/bash', ['/bin/bash', '-l', '-i', '-c', 'exec "$@"', 'gt-heartbeat']],
    ['/usr/bin/zsh', ['/usr/bin/zsh', '-l', '-i', '-c', 'exec "$@"', 'gt-heartbeat']],
    ['/bin/dash', ['/bin/dash', '-l', '-i', '-c', 'exec "$@"', 'gt-heartbeat']],
    ['/usr/bin/fish', ['/usr/bin/fish', '-l', '-i', '-c', 'exec $argv[2..-1]', 'gt-heartbeat']],
    ['/usr/sbin/nologin', ['/bin/sh', '-l', '-i', '-c', 'exec "$@"', 'gt-heartbeat']],
    ['/usr/bin/nu', ['/bin/sh', '-l', '-i', '-c', 'exec "$@"', 'gt-heartbeat']],
  ])('through %s: the shell reads its profile and becomes env, which becomes the agent', (shell, head) => {
    expect(argvThrough(login(shell))).toEqual([...head, ...env])
  })

  it('after a profile that swallowed a start uses a shell that reads the least', () => {
    expect(argvThrough({ kind: 'plain' })).toEqual(['/bin/sh', '-l', '-c', 'exec "$@"', 'gt-heartbeat', ...env])
  })

  it('without a shell still sets the identity', () => {
    expect(argvThrough({ kind: 'straight' })).toEqual(env)
  })

  it.each([login('/bin/bash'), login('/usr/bin/fish'), { kind: 'plain' } as const])(
    'is recognised as our own launch words for as long as the shell has not become the agent (%o)',
    (through) => expect(carriesLaunchWords(argvThrough(through))).toBe(true),
  )

  it.each([
    [['claude', '--dangerously-skip-permissions']],
    [['bash', '-c', 'exec "$@"', 'other']],
    [['bash', '-lc', 'exec "$@"', 'gt-heartbeat']],
    [['-c', 'exec "$@"', 'gt-heartbeat']],
    [[]],
  ])('is not mistaken for another one: %j', (argv) => expect(carriesLaunchWords(argv)).toBe(false))
})

describe('a start that was swallowed', () => {
  it.each([
    [['zsh'], true],
    [['-bash'], true],
    [['/usr/bin/fish', '-l'], true],
    [['/bin/sh', '/usr/bin/claude', '--dangerously-skip-permissions'], false],
    [['claude'], false],
    [['node', '/opt/claude/cli.js'], false],
    [['/bin/bash', '-l', '-i', '-c', 'exec "$@"', 'gt-heartbeat', 'env', 'claude'], false],
    [[], false],
  ])('%j: %s', (argv, swallowed) => expect(wasSwallowed(argv, words)).toBe(swallowed))

  it('is told apart from an agent that is a shell script by an interpreter of its own', () => {
    expect(wasSwallowed(['bash', '/opt/agent.sh'], ['/opt/agent.sh'])).toBe(false)
    expect(wasSwallowed(['bash', '/opt/agent.sh'], ['bash', '/opt/agent.sh'])).toBe(false)
  })

  it.each([
    [login('/bin/bash'), '.bash_profile'],
    [login('/bin/zsh'), '.zprofile'],
    [login('/usr/bin/fish'), 'config.fish'],
    [login('/bin/dash'), '~/.profile'],
    [{ kind: 'plain' } as const, '~/.profile'],
  ])('names the profile to mend: %o', (through, file) => expect(profileOf(through)).toContain(file))
})

describe('the environment of an agent', () => {
  const caller = {
    PATH: '/bin',
    HOME: '/home/u',
    GT_ROLE: 'mayor',
    BD_ACTOR: 'mayor',
    CLAUDECODE: '1',
    NODE_OPTIONS: '--inspect',
    npm_config_cache: '/c',
    npm_lifecycle_event: 'x',
    GT_HEARTBEAT_OPTS: '-v',
    GT_HEARTBEAT_TRIGGER: 'timer',
    INVOCATION_ID: 'abc',
    ANTHROPIC_API_KEY: 'secret',
    EMPTY: undefined,
  }

  it('has nothing of whoever runs the check: neither the well-known names nor those of npm and of ours', () => {
    const names = foreignVariables(caller)
    for (const name of Object.keys(caller)) {
      const expected = !['PATH', 'HOME', 'ANTHROPIC_API_KEY', 'EMPTY'].includes(name)
      expect([name, names.includes(name)]).toEqual([name, expected])
    }
    expect(names).toEqual(expect.arrayContaining(['GT_RIG', 'GT_POLECAT', 'GT_CREW', 'BEADS_DIR', 'NODE_CHANNEL_FD']))
  })

  it('reaches a new tmux server without them too', () => {
    expect(withoutForeign(caller)).toEqual({ PATH: '/bin', HOME: '/home/u', ANTHROPIC_API_KEY: 'secret' })
  })
})
