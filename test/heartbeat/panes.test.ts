// Not tested: macOS, which tells neither the program file of a process nor its standard input.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { end, processesOf } from '../support/leftovers.js'
import { located } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

let town: FakeTown

beforeEach(async () => {
  town = raiseTown()
  town.configure({ zombieGrace: '1s', maxStarts: 20 })
  await town.wake('deacon')
})
afterEach(async () => {
  town.tmux.stop()
  // What a test left in the background outlives its terminal.
  for (const { pid } of processesOf(town.stage)) end(pid)
  await town.end()
})

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deeds = ({ actions }: CheckDocument) => actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const about = ({ findings }: CheckDocument, who: string) => findings.find(({ agent }) => agent === who)

/** A rig whose witness has this program in its pane. */
function addWitness(rig: string, command: readonly string[]): string {
  const who = `${rig}/witness`
  town.addRig(rig)
  town.tmux.start({ name: town.session(who), folder: town.root, command })
  return who
}

/** A program that no check knows; it works until it is ended. */
function myAgent(): string {
  const path = join(town.programs.bin, 'my-agent')
  copyFileSync('/bin/sleep', path)
  return path
}

const isThere = (program: string): boolean => located(program, process.env['PATH'] ?? '') !== undefined

const words = (line: string): readonly string[] => line.split(' ')

describe('a session with nothing but a shell that waits for a person', () => {
  const everywhere = [
    'bash --norc --rcfile /dev/null',
    'bash --init-file /dev/null',
    'bash -o vi',
    'bash --norc -O extglob -o emacs -i',
    'bash --norc -s one two',
    'zsh -f -o vi',
    'fish -N -C true',
    'dash -i',
    'sh -o vi',
  ]
  const further = [
    ['mksh -o vi', 'mksh'],
    ['ksh93 -o vi', 'ksh93u+m'],
    ['tcsh -f', 'tcsh'],
    ['busybox sh', 'busybox'],
    ['busybox ash -o vi', 'busybox'],
  ] as const

  const areReplaced = async (
    lines: readonly string[],
    type: (who: string, index: number) => Promise<unknown> = async () => undefined,
  ): Promise<void> => {
    const witnesses = lines.map((line, index) => addWitness(`rig${index}`, words(line)))
    for (const [index, who] of witnesses.entries()) await type(who, index)
    const before = town.tmux.sessions().map(({ id }) => id)
    const document = await waitFor('the grace time is over', async () => {
      const seen = await check()
      return seen.actions.length > 0 && seen
    })
    for (let later = await check(); later.actions.length > 0; later = await check())
      document.actions.push(...later.actions)
    expect(deeds(document).toSorted()).toEqual(witnesses.map((who) => `start ${who} done`).toSorted())
    expect(town.tmux.sessions().filter(({ id }) => before.includes(id))).toHaveLength(1)
  }

  it('is replaced after the grace time, whatever the words of the shell', async (ctx) => {
    const missing = everywhere.map((line) => line.split(' ')[0] ?? '').find((name) => !isThere(name))
    if (missing !== undefined) ctx.skip(`needs ${missing}: apt-get install ${missing}`)
    await areReplaced(everywhere)
  })

  it('is replaced with what its prompt keeps in the background', async (ctx) => {
    if (!isThere('zsh')) ctx.skip('needs zsh: apt-get install zsh')
    copyFileSync('/bin/sleep', join(town.programs.bin, 'gitstatusd-linux-x86_64'))
    // As the prompts pure and powerlevel10k do.
    const lines = [
      `zmodload zsh/zpty; worker() { while read -r x; do :; done }; zpty worker worker`,
      `mkfifo queue; exec 8<>queue; ( { while read -r x; do :; done } <&8 & ); rm queue`,
      `( { gitstatusd-linux-x86_64 600; : } & )`,
    ]
    await areReplaced(
      lines.map(() => 'zsh -f'),
      (who, index) => {
        const target = `=${town.session(who)}:`
        town.tmux.tmux('send-keys', '-t', target, '-l', `cd "$HOME"; ${lines[index]}; echo has${'""'}begun`)
        town.tmux.tmux('send-keys', '-t', target, 'Enter')
        return waitFor('it waits', () => town.tmux.screen(town.session(who)).includes('hasbegun'))
      },
    )
  })

  it('is replaced as well if the shell is a less common one', async (ctx) => {
    const missing = further.find(([line]) => !isThere(line.split(' ')[0] ?? ''))
    if (missing !== undefined) ctx.skip(`needs ${missing[1]}: apt-get install ${missing[1]}`)
    await areReplaced(further.map(([line]) => line))
  })
})

/** What is typed into a shell, and what is seen at work then. `my-agent` is a program that no check knows. */
interface Situation {
  readonly says: string
  readonly shell: string
  readonly line: string
  readonly seen: string
  /** Typed afterwards. */
  readonly key?: string
  readonly needs?: string
}

const atWork: readonly Situation[] = [
  {
    says: 'a function of the shell in a pipeline',
    shell: 'bash --norc',
    line: 'agent() { my-agent 600; true; }; agent 2>&1 | tee log',
    seen: 'tee, my-agent',
  },
  {
    says: 'a function in zsh',
    shell: 'zsh -f',
    line: 'agent() { my-agent 600; true }; agent | cat',
    seen: 'cat, my-agent',
    needs: 'zsh',
  },
  {
    says: 'a pipeline in fish',
    shell: 'fish -N',
    line: 'my-agent 600 | cat',
    seen: 'my-agent, cat',
    needs: 'fish',
  },
  {
    says: 'a pipeline without job control',
    shell: 'dash -i',
    line: 'set +m; agent() { my-agent 600; true; }; agent | cat',
    seen: 'cat, my-agent',
  },
  { says: 'a subshell', shell: 'bash --norc', line: '(my-agent 600; true)', seen: 'my-agent' },
  { says: 'a program in place of the shell', shell: 'bash --norc', line: 'exec my-agent 600', seen: 'my-agent' },
  { says: 'a program in the background', shell: 'bash --norc', line: 'my-agent 600 &', seen: 'my-agent' },
  {
    says: 'a program in the background that ignores the end of the terminal',
    shell: 'sh',
    line: 'nohup my-agent 600 >log &',
    seen: 'my-agent',
  },
  {
    says: 'a program in the background whose parent has ended',
    shell: 'bash --norc',
    line: '(my-agent 600 &)',
    seen: 'my-agent',
  },
  { says: 'a stopped program', shell: 'bash --norc', line: 'my-agent 600', key: 'C-z', seen: 'my-agent' },
  {
    says: 'a program with the title of a shell',
    shell: 'bash --norc',
    line: '(exec -a bash my-agent 600)',
    seen: 'my-agent',
  },
  {
    says: 'a program that gave itself the name of a shell',
    shell: 'bash --norc',
    line: `exec ${process.execPath} -e "process.title = 'bash'; setInterval(() => 0, 600000)"`,
    seen: 'bash',
  },
  {
    says: 'a copy of the shell that waits for work',
    shell: 'bash --norc',
    line: 'mkfifo fifo; while read -r work; do my-agent 1; done <>fifo &',
    seen: 'bash',
  },
  {
    says: 'a shell that reads its commands from a file',
    shell: 'bash --norc',
    line: 'mkfifo wait; echo "read -r x <>wait" >orders; bash --norc <orders',
    seen: 'bash',
  },
  {
    says: 'a shell that runs a script',
    shell: 'bash --norc',
    line: 'mkfifo wait2; echo "read -r x <>wait2" >my-agent.sh; bash my-agent.sh',
    seen: 'my-agent.sh',
  },
  {
    says: 'another terminal',
    shell: 'bash --norc',
    line: 'script -q -c "my-agent 600" /dev/null',
    seen: 'script, my-agent',
  },
  { says: 'a shell on another terminal', shell: 'bash --norc', line: 'exec script -q /dev/null', seen: 'script' },
  { says: 'another user', shell: 'bash --norc', line: 'su -s /bin/bash', seen: 'su', needs: 'su' },
  {
    says: 'a client of another tmux',
    shell: 'bash --norc',
    line: 'exec tmux -L other -f /dev/null',
    seen: 'tmux: client',
  },
  { says: 'a client of screen', shell: 'bash --norc', line: 'screen -c /dev/null', seen: 'screen', needs: 'screen' },
]

describe('a session in which a program is at work that no check knows', () => {
  it.for([
    [1, atWork.slice(0, 10)],
    [2, atWork.slice(10, -1)],
    [3, atWork.slice(-1)],
  ] as const)('is left alone and reported, whatever its shell shows of it (part %i)', async ([, situations], ctx) => {
    const missing = situations.map(({ needs = 'sh' }) => needs).find((name) => !isThere(name))
    if (missing !== undefined) ctx.skip(`needs ${missing}: apt-get install ${missing}`)
    myAgent()
    const witnesses = situations.map(({ shell }, index) => addWitness(`rig${index}`, words(shell)))
    const empty = addWitness('empty', ['sh', '-i'])
    for (const [index, { line, key }] of situations.entries()) {
      const type = (...keys: readonly string[]) =>
        town.tmux.tmux('send-keys', '-t', `=gt-rig${index}-witness:`, ...keys)
      type('-l', `cd "$HOME"; ${line}`)
      type('Enter')
      if (key !== undefined) {
        await waitFor('it runs', () => processesOf(town.stage).some(({ command }) => command === line))
        type(key)
      }
    }
    const before = town.tmux.sessions().filter(({ name }) => name !== town.session(empty))
    const done: string[] = []
    const expected = situations.map(({ says, seen }) => [says, `its pane runs ${seen}, which is not a known agent`])
    const seen = (document: CheckDocument) =>
      situations.map(({ says }, index) => {
        const finding = about(document, witnesses[index] ?? '')
        return [says, finding?.verdict === 'not-understood' ? finding.because.replace(/ \(.*/, '') : finding?.because]
      })
    const last = await waitFor('all is seen, and the grace time is over', async () => {
      const document = await check()
      done.push(...deeds(document))
      return done.length > 0 && JSON.stringify(seen(document)) === JSON.stringify(expected) && document
    }).catch(check)
    expect(seen(last)).toEqual(expected)
    expect(done).toEqual([`start ${empty} done`])
    expect(town.tmux.sessions().filter(({ name }) => name !== town.session(empty))).toEqual(before)
  })
})
