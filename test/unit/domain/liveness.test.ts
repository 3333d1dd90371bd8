import { describe, expect, it } from 'vitest'
import { agentNames, declaredNames } from '../../../src/domain/agent-process.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { StartRecord } from '../../../src/domain/ledger.js'
import { judge, launchPatience, needsProcesses } from '../../../src/domain/liveness.js'
import { ancestry, processTree } from '../../../src/domain/process-tree.js'
import type { Pane, Process, SessionIdentity } from '../../../src/domain/session.js'
import { identityOf, type Looking, sightOf } from '../../../src/domain/session-sight.js'

const NOW = Date.UTC(2026, 0, 5, 12)
const MINUTE = 60_000
const LONG_AGO = NOW - 60 * MINUTE

const pane = (changes: Partial<Pane> = {}): Pane => ({
  serverPid: 100,
  sessionId: '$1',
  session: 'gt-deacon',
  createdAt: LONG_AGO,
  path: '/town/deacon',
  attached: 0,
  windowId: '@1',
  viewers: 0,
  inMode: false,
  inputOff: false,
  windowActivityAt: LONG_AGO,
  paneId: '%1',
  pid: 10,
  dead: false,
  deadStatus: undefined,
  deadAt: undefined,
  command: 'bash',
  processNames: [],
  declaredPane: '',
  ...changes,
})

/** A process whose short name is that of its program. */
const process = (pid: number, words: string, changes: Partial<Process> = {}): Process => {
  const argv = words.split(' ')
  const comm = (argv[0] ?? '').split('/').at(-1)?.replace(/^-/, '').slice(0, 15) ?? ''
  const terminal = { group: 10, foreground: 10, isCopy: false, executable: undefined, input: undefined }
  return { pid, parent: 10, comm, state: 'S', startTime: `t${pid}`, startedAt: LONG_AGO, argv, ...terminal, ...changes }
}

const own = (words: string, changes: Partial<Process> = {}): Process => process(10, words, { parent: 1, ...changes })

const looking = (processes: readonly Process[], changes: Partial<Looking> = {}): Looking => ({
  now: NOW,
  grace: MINUTE,
  names: [],
  shells: [],
  record: { starts: [] },
  processes: known(processTree(processes)),
  ourselves: new Set(),
  ...changes,
})

const launchWords = ['/bin/zsh', '-l', '-i', '-c', 'exec "$@"', 'gt-heartbeat', 'env', 'GT_ROLE=deacon', 'claude']

describe('the liveness of a session by its pane', () => {
  it.each<[string, Partial<Pane>, readonly Process[], string]>([
    ['claude', { command: 'claude' }, [], 'alive'],
    ['node', { command: 'node' }, [], 'alive'],
    ['bun', { command: 'bun' }, [], 'alive'],
    ['a version number', { command: '2.1.7' }, [], 'alive'],
    ['a version number with a suffix', { command: '2.1.7-beta.1' }, [], 'alive'],
    ['two numbers, which are no version', { command: '2.1' }, [own('2.1')], 'unknown'],
    ['a name of GT_PROCESS_NAMES', { command: 'codex', processNames: ['codex', 'cx'] }, [], 'alive'],
    [
      'a name of GT_PROCESS_NAMES below a shell',
      { processNames: ['codex'] },
      [own('bash'), process(11, 'codex')],
      'alive',
    ],
    ['claude as a shell script', { command: 'sh' }, [own('/bin/sh /opt/bin/claude --x', { comm: 'sh' })], 'alive'],
    ['claude as a shell script, told by its short name', { command: 'sh' }, [own('sh x', { comm: 'claude' })], 'alive'],
    [
      'claude as a python script',
      { command: 'python3' },
      [own('python3 -u /opt/claude.py', { comm: 'python3' })],
      'alive',
    ],
    ['claude as a python module', { command: 'python3.11' }, [own('python3.11 -m claude')], 'alive'],
    ['claude below a shell', {}, [own('-bash'), process(11, 'claude')], 'alive'],
    [
      'claude below a wrapper below a shell',
      {},
      [own('zsh'), process(11, 'sh run.sh'), process(12, 'claude', { parent: 11 })],
      'alive',
    ],
    [
      'claude below a wrapper of another name',
      { command: 'firejail' },
      [own('firejail'), process(11, 'claude')],
      'alive',
    ],
    ['claude stopped below a shell', {}, [own('bash'), process(11, 'claude', { state: 'T' })], 'alive'],
    ['an unknown program stopped below a shell', {}, [own('bash'), process(11, 'vim', { state: 'T' })], 'unknown'],
    ['a shell that is stopped', {}, [own('bash', { state: 'T' })], 'unknown'],
    ['only a shell', {}, [own('bash')], 'zombie'],
    ['only a login shell', {}, [own('-bash')], 'zombie'],
    ['only a shell with options', { command: 'zsh' }, [own('/bin/zsh -l -i')], 'zombie'],
    ['only a fish', { command: 'fish' }, [own('fish')], 'zombie'],
    ['a shell with the helper of its prompt', { command: 'zsh' }, [own('zsh'), process(11, 'gitstatusd')], 'zombie'],
    ['a shell below a shell', {}, [own('zsh'), process(11, 'bash')], 'zombie'],
    ['a shell whose claude is a zombie process', {}, [own('bash'), process(11, 'claude', { state: 'Z' })], 'zombie'],
    [
      'a shell and somebody else’s claude',
      {},
      [own('bash'), process(11, 'claude', { parent: 1, foreground: 11 })],
      'zombie',
    ],
    [
      'a shell and claude on its terminal, whose parent has ended',
      {},
      [own('bash'), process(11, 'claude', { parent: 1 })],
      'alive',
    ],
    ['a shell at work on a script', {}, [own('bash /x/watch.sh', { comm: 'bash' })], 'unknown'],
    ['a shell at work on a text', { command: 'sh' }, [own('sh -c aider;date')], 'unknown'],
    ['a script below a shell', {}, [own('bash'), process(11, 'bash /x/agent.sh')], 'unknown'],
    ['an editor', { command: 'vim' }, [own('bash'), process(11, 'vim')], 'unknown'],
    ['something else as the pane’s own process', { command: 'aider' }, [own('aider')], 'unknown'],
    ['a pane whose process cannot be seen', {}, [], 'unknown'],
    ['a pane whose process waits to be collected', {}, [own('claude', { state: 'Z' })], 'zombie'],
    ['a dead pane', { dead: true, deadAt: LONG_AGO, deadStatus: 1 }, [], 'zombie'],
    [
      'a dead pane whose pid belongs to another claude now',
      { dead: true, command: 'claude' },
      [own('claude')],
      'zombie',
    ],
  ])('%s', (_, changes, processes, state) => {
    expect(judge([pane(changes)], looking(processes)).state).toBe(state)
  })

  it.each<[string, Partial<Pane>, Partial<Process>]>([
    ['the session is new', { createdAt: NOW - 59_000 }, {}],
    ['its window was written to', { windowActivityAt: NOW - 59_000 }, {}],
    ['its process is new, as after a hand-over in an old session', {}, { startedAt: NOW - 59_000 }],
  ])('a lone shell is starting while %s', (_, changes, process) => {
    expect(judge([pane(changes)], looking([own('bash', process)])).state).toBe('starting')
  })

  it('a pane that died within the grace time is left alone', () => {
    expect(judge([pane({ dead: true, deadAt: NOW - 59_000 })], looking([])).state).toBe('starting')
    expect(judge([pane({ dead: true, deadAt: NOW - 60_000 })], looking([])).state).toBe('zombie')
  })

  describe('with a time in the future, since the clock was ahead then', () => {
    const ahead = NOW + 24 * 60 * MINUTE
    const all = { createdAt: ahead, windowActivityAt: ahead, dead: true, deadAt: ahead }
    const since = (emptySince: number) => ({ record: { starts: [], emptySince } })
    it.each<[string, Partial<Pane>, Partial<Looking>, string]>([
      ['is starting when it is first seen', { dead: true, deadAt: ahead }, {}, 'starting'],
      ['is starting within the grace time from then', { dead: true, deadAt: ahead }, since(NOW - 59_000), 'starting'],
      ['is a zombie after it', { dead: true, deadAt: ahead }, since(NOW - MINUTE), 'zombie'],
      ['is a zombie after it, if every time lies in the future', all, since(NOW - MINUTE), 'zombie'],
      ['is a zombie after it, if a shell waits there', { windowActivityAt: ahead }, since(NOW - MINUTE), 'zombie'],
      ['is starting, if what it was first seen by lies in the future too', all, since(ahead), 'starting'],
      ['is starting, if a known time says so', { ...all, createdAt: NOW - 1 }, since(NOW - MINUTE), 'starting'],
    ])('%s', (_, changes, more, state) => {
      expect(judge([pane(changes)], looking([own('bash')], more)).state).toBe(state)
    })

    it('its login shell is waited for as long as always', () => {
      const shell = [own('zsh', { argv: launchWords, startedAt: ahead })]
      const judged = (at: number) => judge([pane({ command: 'zsh' })], looking(shell, since(at))).state
      expect([judged(NOW - launchPatience + 1), judged(NOW - launchPatience)]).toEqual(['starting', 'zombie'])
    })

    it('was made when its process began: the kernel knows that whatever the clock said', () => {
      const madeAt = (processes: readonly Process[]) =>
        sightOf('gt-deacon', known([pane({ createdAt: ahead })]), looking(processes)).session?.createdAt
      expect(madeAt([own('claude')])).toBe(LONG_AGO)
      expect(madeAt([])).toBe(ahead)
    })
  })

  it('a login shell that carries our launch words is starting for ten minutes', () => {
    const since = (startedAt: number) => looking([own('zsh', { argv: launchWords, startedAt })])
    expect(judge([pane({ command: 'zsh' })], since(NOW - launchPatience + 1)).state).toBe('starting')
    expect(judge([pane({ command: 'zsh' })], since(NOW - launchPatience)).state).toBe('zombie')
  })

  it('a profile that runs something is starting, and no zombie when it never comes back from it', () => {
    const since = (startedAt: number) => looking([own('zsh', { argv: launchWords, startedAt }), process(11, 'ssh-add')])
    expect(judge([pane({ command: 'ssh-add' })], since(NOW - 1000)).state).toBe('starting')
    expect(judge([pane({ command: 'ssh-add' })], since(LONG_AGO)).state).toBe('unknown')
  })

  it('no pane is no session', () => {
    expect(judge([], looking([]))).toEqual({ state: 'dead', because: 'it has no session', blind: false })
  })

  it('what runs below a pane is not guessed when nobody can tell the processes', () => {
    const blind = looking([], { processes: cannotTell('ps timed out') })
    expect(judge([pane()], blind)).toEqual({ state: 'unknown', because: 'ps timed out', blind: true })
    expect(judge([pane({ command: 'claude' })], blind).state).toBe('alive')
    expect(judge([pane({ dead: true })], blind).state).toBe('zombie')
  })
})

/** A copy of the shell, and what runs below it. */
const copy = (changes: Partial<Process> = {}): Process => process(12, 'bash', { isCopy: true, ...changes })

describe('what is at work below a shell', () => {
  it.each<[string, readonly Process[], string]>([
    [
      'a function in a pipeline',
      [own('bash', { foreground: 12 }), copy({ group: 12, foreground: 12 }), process(11, 'my-agent', { parent: 12 })],
      'unknown',
    ],
    [
      'the same in a shell without job control',
      [own('sh'), copy(), process(11, 'my-agent', { parent: 12 })],
      'unknown',
    ],
    ['a program in the background', [own('bash'), process(11, 'my-agent', { group: 11 })], 'unknown'],
    [
      'a program in the background whose parent has ended',
      [own('bash'), process(11, 'my-agent', { parent: 1 })],
      'unknown',
    ],
    [
      'a program on a terminal of its own',
      [own('bash'), process(11, 'script'), process(13, 'bash', { parent: 11, foreground: 13 })],
      'unknown',
    ],
    ['a copy of the shell', [own('bash'), copy()], 'unknown'],
    ['a copy of the shell, where the system does not tell', [own('bash'), copy({ isCopy: undefined })], 'unknown'],
    ['a shell of other words, where the system does not tell', [own('-bash'), copy({ isCopy: undefined })], 'zombie'],
    ['a foreground group of which nothing is seen', [own('bash', { foreground: 99 })], 'unknown'],
    ['no terminal at all', [own('bash', { foreground: -1 })], 'unknown'],
    ['a loop of the shell’s own words', [own('bash', { state: 'R' })], 'unknown'],
    ['commands that come through a pipe', [own('bash', { input: 'pipe:[7]' })], 'unknown'],
    ['commands that come from a file', [own('zsh'), process(11, 'bash', { input: '/home/me/agent.sh' })], 'unknown'],
    ['another user’s shell', [own('bash'), process(11, 'su'), process(12, 'bash', { parent: 11 })], 'unknown'],
    ['a remote shell', [own('bash'), process(11, 'ssh agents')], 'unknown'],
    ['a container', [own('bash'), process(11, 'docker exec -it agents bash')], 'unknown'],
    ['another tmux', [own('bash'), process(11, 'tmux attach', { comm: 'tmux: client' })], 'unknown'],
    ['a program with the title of a shell', [own('bash'), process(11, 'bash', { comm: 'my-agent' })], 'unknown'],
    ['a program that named itself like a shell', [own('bash', { executable: '/usr/bin/node' })], 'unknown'],
    [
      'a shell that was started in it, and waits',
      [own('zsh', { foreground: 11 }), process(11, 'zsh', { group: 11, foreground: 11 })],
      'zombie',
    ],
    ['a shell with the files of an environment', [own('bash --rcfile /nix/rc')], 'zombie'],
    ['a shell on its terminal', [own('bash -o vi', { input: '/dev/pts/3', executable: '/usr/bin/bash' })], 'zombie'],
    ['tcsh, which reads its terminal elsewhere', [own('-csh', { comm: 'tcsh', input: '/dev/null' })], 'zombie'],
    [
      'the helper of a prompt below a copy of the shell',
      [own('zsh'), process(12, 'zsh', { isCopy: true }), process(13, 'gitstatusd', { parent: 12 })],
      'zombie',
    ],
    [
      'the helper of a prompt under the name of its platform',
      [own('zsh'), process(12, 'zsh', { isCopy: true, parent: 1 }), process(13, 'gitstatusd-linu', { parent: 12 })],
      'zombie',
    ],
    ['a copy for the prompt on a terminal of its own', [own('zsh'), copy({ group: 12, foreground: 12 })], 'zombie'],
    [
      'the same with a program below it',
      [own('zsh'), copy({ group: 12, foreground: 12 }), process(13, 'my-agent', { parent: 12, foreground: 12 })],
      'unknown',
    ],
    [
      'a copy for the prompt that reads a queue without a name',
      [own('zsh'), copy({ input: '/tmp/q (deleted)' })],
      'zombie',
    ],
    ['a copy for the prompt that reads nothing', [own('zsh'), copy({ parent: 1, input: '/dev/null' })], 'zombie'],
    ['a copy that reads a queue', [own('zsh'), copy({ input: '/tmp/q' })], 'unknown'],
    ['a copy that reads nothing and is at work', [own('zsh'), copy({ input: '/dev/null', state: 'R' })], 'unknown'],
    ['a keeper of keys', [own('bash'), process(11, 'ssh-agent bash', { foreground: -1 })], 'zombie'],
    ['the same, beside a program', [own('bash'), process(11, 'ssh-agent'), process(13, 'my-agent')], 'unknown'],
  ])('%s', (_, processes, state) => {
    expect(judge([pane()], looking(processes)).state).toBe(state)
  })

  it('is named, programs before the shells that run them', () => {
    const tree = [own('bash', { foreground: 12 }), copy({ group: 12 }), process(11, 'my-agent'), process(14, 'tee log')]
    expect(judge([pane()], looking(tree)).because).toBe(
      'its pane runs my-agent, tee, which is not a known agent (agentNames can name it)',
    )
    const script = looking([own('bash'), process(11, 'sh /x/agent.sh')])
    expect(judge([pane()], script).because).toContain('runs agent.sh, which')
  })

  it('is nothing in a shell of which only /etc/shells knows', () => {
    const tree = [own('ourshell -i')]
    expect(judge([pane()], looking(tree)).state).toBe('unknown')
    expect(judge([pane()], looking(tree, { shells: ['ourshell'] })).state).toBe('zombie')
  })
})

describe('a process that a check started as the agent', () => {
  const started = (changes: Partial<SessionIdentity> = {}, outcome: StartRecord['outcome'] = 'started') =>
    [
      {
        at: LONG_AGO,
        by: 'inference',
        outcome,
        identity: { serverPid: 100, sessionId: '$1', paneStart: '10@t10', ...changes },
      },
    ] as const
  it.each<[string, readonly Process[], Partial<Looking>, string]>([
    ['is the agent, whatever its name', [own('model-runner')], { record: { starts: started() } }, 'alive'],
    ['is the agent, also as a script of a shell', [own('sh /x/run.sh')], { record: { starts: started() } }, 'alive'],
    [
      'is not the agent, if another process has its pid',
      [own('model-runner')],
      { record: { starts: started({ paneStart: '10@t9' }) } },
      'unknown',
    ],
    [
      'is not the agent on another server',
      [own('model-runner')],
      { record: { starts: started({ serverPid: 7 }) } },
      'unknown',
    ],
    [
      'is not the agent, if the start failed',
      [own('model-runner')],
      { record: { starts: started({}, 'failed') } },
      'unknown',
    ],
    ['is not the agent, if a shell waits in its place', [own('zsh')], { record: { starts: started() } }, 'zombie'],
    [
      'is not the agent, if its profile went elsewhere',
      [own('tmux attach', { comm: 'tmux: client' })],
      { record: { starts: started() } },
      'unknown',
    ],
    [
      'is not the agent, while the login shell has not become it',
      [own('zsh', { argv: launchWords })],
      { record: { starts: started() } },
      'zombie',
    ],
  ])('%s', (_, processes, changes, state) => {
    expect(judge([pane()], looking(processes, changes)).state).toBe(state)
  })
})

describe('a session that declares the pane of its agent', () => {
  const declared = (changes: Partial<Pane> = {}): Pane => pane({ declaredPane: '%1', ...changes })
  const helper = declared({ paneId: '%2', pid: 20, command: 'claude' })
  const editor = declared({ paneId: '%2', pid: 20, command: 'vim' })
  it.each<[string, readonly Pane[], readonly Process[], string]>([
    [
      'is a zombie, if that pane is dead, whatever runs beside it',
      [declared({ dead: true, deadAt: LONG_AGO }), helper],
      [],
      'zombie',
    ],
    ['is a zombie, if that pane has only a shell', [declared(), helper], [own('bash')], 'zombie'],
    [
      'is not understood, if that pane is not',
      [declared({ command: 'my-agent' }), helper],
      [own('my-agent')],
      'unknown',
    ],
    ['is alive, if the agent runs there', [editor, declared({ command: 'claude' })], [], 'alive'],
    [
      'is alive by that pane, whatever else is dead',
      [declared({ command: 'claude' }), declared({ paneId: '%2', dead: true })],
      [],
      'alive',
    ],
    ['is not understood, if that pane is gone and an agent runs in another', [helper], [], 'unknown'],
    [
      'is judged by the others, if that pane is gone and no agent runs',
      [declared({ paneId: '%2' })],
      [own('bash')],
      'zombie',
    ],
  ])('%s', (_, panes, processes, state) => {
    expect(judge(panes, looking(processes)).state).toBe(state)
  })

  it('says which pane is gone, and what to type if the other one is the agent', () => {
    expect(judge([helper], looking([])).because).toBe(
      'its pane %1 is gone; if the agent runs in another one: tmux set-environment -t gt-deacon -u GT_PANE_ID',
    )
  })

  it('is known by that pane, wherever tmux lists it', () => {
    const panes = known([helper, declared({ command: 'claude' })])
    const { session } = sightOf('gt-deacon', panes, looking([own('claude')]))
    expect(session).toMatchObject({ paneId: '%1', panePid: 10, panes: 2, identity: { paneStart: '10@t10' } })
  })

  it('has the processes below that pane looked at, whatever its other panes show', () => {
    expect(needsProcesses([declared(), helper], [])).toBe(true)
    expect(needsProcesses([declared({ command: 'claude' }), editor], [])).toBe(false)
    expect(needsProcesses([declared({ dead: true }), editor], [])).toBe(false)
  })
})

describe('a session of several panes', () => {
  const dead = pane({ dead: true, paneId: '%2' })
  it.each<[string, readonly Pane[], readonly Process[], string]>([
    ['an agent in the second', [pane(), pane({ command: 'claude', pid: 20 })], [own('bash')], 'alive'],
    [
      'an editor beside a lone shell',
      [pane(), pane({ command: 'vim', pid: 20 })],
      [own('bash'), process(20, 'vim')],
      'unknown',
    ],
    ['a lone shell and a dead pane', [pane(), dead], [own('bash')], 'zombie'],
    ['a fresh shell and a dead pane', [pane(), dead], [own('bash', { startedAt: NOW })], 'starting'],
  ])('%s', (_, panes, processes, state) => {
    expect(judge(panes, looking(processes)).state).toBe(state)
  })
})

describe('whether the process tree has to be looked at', () => {
  it.each<[string, readonly Pane[], boolean]>([
    ['no session', [], false],
    ['claude', [pane({ command: 'claude' })], false],
    ['a version number', [pane({ command: '1.0.3' })], false],
    ['a shell', [pane()], true],
    ['an unknown program', [pane({ command: 'aider' })], true],
    ['a configured program', [pane({ command: 'amp' })], false],
    ['dead panes only', [pane({ dead: true })], false],
    ['claude beside a shell', [pane(), pane({ command: 'claude' })], false],
  ])('%s', (_, panes, needed) => {
    expect(needsProcesses(panes, ['amp'])).toBe(needed)
  })
})

describe('the names that tell an agent', () => {
  const launch = (line: string) => {
    const words = line.split(' ')
    return { deacon: words, mayor: words, witness: words, refinery: words, crew: words, polecat: words }
  }
  it.each([
    ['claude --dangerously-skip-permissions', ['codex', 'claude']],
    ['/opt/bin/amp -x', ['codex', 'amp']],
    ['bash /opt/agent.sh --fast', ['codex', 'agent.sh']],
    ['env A=b amp', ['codex', 'amp']],
    ['bash', ['codex']],
  ])('of the launch line %s', (line, names) => {
    expect(agentNames({ agentNames: ['codex'], launch: launch(line) }, 'deacon')).toEqual(names)
  })

  it.each([
    ['.claude-unwrapped', {}],
    ['.claude-wrapped', {}],
    ['claude.exe', {}],
    ['claude-linux-x64', {}],
    ['.claude-linux-arm64-musl-wrapped', {}],
    ['codex-x86_64-unknown-linux-musl', { names: ['codex'] }],
    ['opencode-darwin-arm64', { names: ['opencode'] }],
    ['.node-wrapped', {}],
  ])('do not have what packages add to them: %s', (command, changes) => {
    expect(judge([pane({ command })], looking([own(command)], changes)).state).toBe('alive')
    const below = [own('bash'), process(11, `/opt/bin/${command} --fast`)]
    expect(judge([pane()], looking(below, changes)).state).toBe('alive')
  })

  it.each(['.claude-unwrapp', '.node-unwrapped', '.codex-unwrappe'])(
    'are found in what the kernel keeps: %s',
    (comm) => {
      const cut = [own('bash'), process(11, 'x', { comm, argv: ['x'] })]
      expect(judge([pane()], looking(cut, { names: ['codex'] })).state).toBe('alive')
    },
  )

  it.each(['claudette', 'my-claude', 'unwrapped', 'linux-x64'])('are not found in %s', (command) => {
    expect(judge([pane({ command })], looking([own(command)])).state).toBe('unknown')
  })

  it.each([
    ['codex,cx', 'opencode', ['codex', 'cx']],
    ['', 'opencode', ['opencode', 'node', 'bun']],
    ['', 'cursor', ['cursor-agent', 'agent']],
    ['', 'codex', ['codex']],
    ['', '', []],
    ['bash,codex', '', ['codex']],
    ['', 'bash', []],
  ])('of GT_PROCESS_NAMES=%j and GT_AGENT=%j are %j', (processNames, agent, names) => {
    expect(declaredNames(processNames, agent)).toEqual(names)
  })

  it('a configured name longer than the kernel keeps is recognised by what it keeps', () => {
    const names = ['my-very-long-agent-name']
    const cut = own('python3 x', { comm: 'my-very-long-ag' })
    expect(judge([pane({ command: 'python3' })], looking([cut], { names })).state).toBe('alive')
  })
})

describe('the sight of a session', () => {
  it('is taken of panes of exactly that name', () => {
    const panes = known([pane({ session: 'gt-a-nux-2', command: 'claude' })])
    expect(sightOf('gt-a-nux', panes, looking([]))).toEqual({
      liveness: { state: 'dead', because: 'it has no session', blind: false },
      session: undefined,
    })
  })

  it('is none where tmux could not be asked', () => {
    const seen = sightOf('gt-deacon', cannotTell('tmux timed out'), looking([]))
    expect(seen).toEqual({ liveness: { state: 'unknown', because: 'tmux timed out', blind: true }, session: undefined })
  })

  it('names the first pane, its process, its windows, and what is newest in any of them', () => {
    const second = pane({ windowId: '@8', viewers: 3, paneId: '%9', pid: 20, windowActivityAt: NOW - 5 })
    const panes = [pane({ attached: 2, viewers: 1 }), second, pane({ windowId: '@8', paneId: '%10', dead: true })]
    const seen = sightOf('gt-deacon', known(panes), looking([own('claude', { startedAt: NOW - 7 })]))
    expect(seen.session).toEqual({
      identity: { serverPid: 100, sessionId: '$1', paneStart: '10@t10' },
      createdAt: LONG_AGO,
      processStartedAt: NOW - 7,
      activityAt: NOW - 5,
      attached: 2,
      windows: [
        { id: '@1', viewers: 1, panes: ['%1'] },
        { id: '@8', viewers: 3, panes: ['%9', '%10'] },
      ],
      panes: 2,
      paneId: '%1',
      panePid: 10,
      paneInMode: false,
      paneInputOff: false,
      holdsThisCheck: false,
      death: undefined,
    })
  })

  it('tells a respawned pane of the same session from the one before', () => {
    const [before, after] = ['t10', 't99'].map((startTime) => identityOf(pane(), own('claude', { startTime })))
    expect(before).not.toEqual(after)
  })

  it('tells how a dead pane died, and does not take another process for its own', () => {
    const dead = pane({ dead: true, deadStatus: 127, deadAt: LONG_AGO })
    const { session } = sightOf('gt-deacon', known([dead]), looking([own('claude')]))
    expect(session?.death).toEqual({ status: 127, at: LONG_AGO })
    expect(session?.identity.paneStart).toBe('10@')
  })

  it('knows the session that the running check stands in', () => {
    const processes = [own('bash'), process(30, 'node gt-heartbeat'), process(31, 'node', { parent: 30 })]
    const tree = processTree(processes)
    const ourselves = ancestry(31, (pid) => tree.byPid.get(pid))
    expect([...ourselves]).toEqual([31, 30, 10, 1])
    const seen = sightOf('gt-deacon', known([pane({ command: 'node' })]), looking(processes, { ourselves }))
    expect(seen.session?.holdsThisCheck).toBe(true)
  })
})
