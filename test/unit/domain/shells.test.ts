import { describe, expect, it } from 'vitest'
import type { Process } from '../../../src/domain/session.js'
import { isShell, shellNames, shellOf, shellOfProcess, taskOf } from '../../../src/domain/shells.js'

const taskIn = (line: string): string => {
  const shell = shellOf(line.split(' '))
  const task = shell && taskOf(shell)
  if (task === undefined) return 'no shell'
  return task.kind === 'script' ? task.script : task.kind
}

describe('what a shell was told to run', () => {
  it.each([
    ['bash', 'prompt'],
    ['-bash', 'prompt'],
    ['/bin/bash -l -i', 'prompt'],
    ['bash --rcfile /tmp/rc', 'prompt'],
    ['bash --init-file /tmp/rc -i', 'prompt'],
    ['bash --norc --noprofile', 'prompt'],
    ['bash -o vi', 'prompt'],
    ['bash +o history -O extglob', 'prompt'],
    ['bash -io vi', 'prompt'],
    ['bash -s one two', 'prompt'],
    ['bash agent.sh', 'agent.sh'],
    ['bash -x /opt/agent.sh --fast', 'agent.sh'],
    ['bash -o pipefail /opt/agent.sh', 'agent.sh'],
    ['bash --rcfile /tmp/rc agent.sh', 'agent.sh'],
    ['bash -- agent.sh', 'agent.sh'],
    ['bash -c agent', 'text'],
    ['bash -lc agent', 'text'],
    ['bash -ci agent', 'text'],
    ['bash -s -c agent', 'text'],
    ['bash -eo pipefail -c agent', 'text'],
    ['sh -o vi', 'prompt'],
    ['sh -O agent.sh', 'agent.sh'],
    ['dash -i', 'prompt'],
    ['zsh -f', 'prompt'],
    ['zsh -l -o vi --emulate ksh', 'prompt'],
    ['zsh -fc agent', 'text'],
    ['ksh -o vi', 'prompt'],
    ['mksh-static', 'prompt'],
    ['tcsh -f', 'prompt'],
    ['csh agent.csh', 'agent.csh'],
    ['fish -C true', 'prompt'],
    ['fish --init-command true -d 3', 'prompt'],
    ['fish --init-command=true', 'prompt'],
    ['fish -c agent', 'text'],
    ['fish --command=agent', 'text'],
    ['fish agent.fish', 'agent.fish'],
    ['nu --config /x/config.nu --env-config /x/env.nu', 'prompt'],
    ['nu -e ls', 'prompt'],
    ['nu -c agent', 'text'],
    ['nu agent.nu', 'agent.nu'],
    ['elvish -rc /x/rc.elv', 'prompt'],
    ['elvish -c agent', 'text'],
    ['python3 /usr/bin/xonsh --rc /x/rc', 'prompt'],
    ['xonsh -c agent', 'text'],
    ['pwsh -NoLogo -WorkingDirectory /x', 'prompt'],
    ['pwsh -NoExit -Command prompt', 'prompt'],
    ['pwsh -File agent.ps1', 'text'],
    ['osh --rcfile /x/rc', 'prompt'],
    ['busybox sh', 'prompt'],
    ['busybox ash -o vi', 'prompt'],
    ['busybox sh agent.sh', 'agent.sh'],
    ['busybox httpd', 'no shell'],
    ['/nix/store/x/bin/.zsh-wrapped -l', 'prompt'],
    ['bash-5.2', 'prompt'],
    ['ksh93', 'prompt'],
    ['python3 agent.py', 'no shell'],
    ['python3', 'no shell'],
    ['tmux', 'no shell'],
  ])('%s: %s', (line, task) => {
    expect(taskIn(line)).toBe(task)
  })

  it('takes the value of an unknown option for a script, so that the shell is left alone', () => {
    expect(taskIn('bash --unheard value')).toBe('value')
  })
})

describe('the names of the shells of a machine', () => {
  const etcShells = '# /etc/shells: valid login shells\n/bin/sh\n\n/usr/bin/rksh93\n /opt/bin/ourshell\nnonsense\n'
  it('are those of /etc/shells and of the login shell of the user', () => {
    expect(shellNames(etcShells, '/opt/bin/mine-2.1')).toEqual(['sh', 'rksh', 'ourshell', 'mine'])
    expect(isShell('/opt/bin/ourshell', shellNames(etcShells, ''))).toBe(true)
    expect(isShell('ourshell')).toBe(false)
  })

  it.each(['/usr/bin/tmux', '/usr/bin/screen', '/usr/bin/git-shell', '/usr/sbin/nologin', '/usr/bin/python3', ''])(
    'do not have that of %s, which is no shell although it is listed',
    (path) => {
      expect(shellNames(path, path)).toEqual([])
    },
  )
})

describe('a process', () => {
  const process = (changes: Partial<Process>): Process => ({
    ...{ pid: 1, parent: 0, comm: 'bash', state: 'S', startTime: '1', startedAt: 0, group: 1, foreground: 1 },
    ...{ isCopy: false, argv: ['bash'], executable: '/usr/bin/bash', input: '/dev/pts/1' },
    ...changes,
  })
  it.each<[string, Partial<Process>, boolean]>([
    ['with the words, the name and the program file of a shell', {}, true],
    ['whose program file is not told', { executable: undefined }, true],
    ['whose program file was replaced by an update', { executable: '/usr/bin/bash (deleted)' }, true],
    ['of busybox under the name of a shell', { argv: ['sh'], comm: 'sh', executable: '/bin/busybox' }, true],
    [
      'of python that is xonsh',
      { argv: ['python3', '/usr/bin/xonsh'], comm: 'xonsh', executable: '/usr/bin/python3.11' },
      true,
    ],
    ['that only has the title of a shell', { comm: 'my-agent', executable: '/opt/my-agent' }, false],
    ['that gave itself the title and the name of a shell', { executable: '/usr/bin/node' }, false],
    ['of python that has the title of a shell', { comm: 'python3', executable: '/usr/bin/python3' }, false],
  ])('%s: a shell is %s', (_, changes, is) => {
    expect(shellOfProcess(process(changes), []) !== undefined).toBe(is)
  })
})
