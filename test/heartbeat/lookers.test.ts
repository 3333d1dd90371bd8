import { afterEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { group, waysToLook, waysToShare } from '../support/person.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'

let town: FakeTown
const helpers: (() => void)[] = []

afterEach(async () => {
  for (const leave of helpers.splice(0)) leave()
  await town.end()
})

async function raise(kind: 'classic' | 'current'): Promise<void> {
  town = raiseTown({ kind })
  town.addRig('gastown')
  await town.wake('deacon', WITNESS)
}

function ask(verb: string): string {
  if (town.kind === 'classic') town.raiseFlag(WITNESS, verb)
  return town.sendMail({ from: WITNESS, subject: `LIFECYCLE: ${verb}`, body: verb })
}

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const session = (who: string) => town.tmux.sessions().find(({ name }) => name === town.session(who))
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const outcomesOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

/** tmux knows times in whole seconds: what happens now comes after what happened before. */
const nextSecond = async (): Promise<void> => {
  const now = Math.floor(Date.now() / 1000)
  await waitFor('the next second', () => Math.floor(Date.now() / 1000) > now)
}

const kinds = ['classic', 'current'] as const
const verbs = ['cycle', 'restart', 'shutdown'] as const
const looks = Object.keys(waysToLook).map((way, index) => [way, verbs[index % verbs.length] ?? 'cycle'] as const)

describe.each(kinds)('a person who looks at an agent of a %s town', (kind) => {
  it.each(looks)('%s keeps it, and its %s waits', async (way, verb) => {
    await raise(kind)
    const mail = ask(verb)
    await nextSecond()
    await waysToLook[way]?.(town, WITNESS, helpers)
    const before = session(WITNESS)
    const document = await check()
    expect(outcomesOf(document)).toEqual([`${verb} ${WITNESS} deferred`])
    expect(document.exitCode).toBe(1)
    expect(session(WITNESS)).toEqual(before)
    expect(before && isRunning(before.panePid)).toBe(true)
    expect(town.issue(mail)?.status).toBe('open')
  })

  it.each(Object.keys(waysToShare))('is not there where %s has its window: the agent is replaced', async (way) => {
    await raise(kind)
    await waysToShare[way]?.(town, WITNESS, helpers)
    const before = session(WITNESS)
    ask('cycle')
    const document = await check()
    expect(outcomesOf(document)).toEqual([`cycle ${WITNESS} done`])
    expect(document.actions[0]?.error).toContain('its window, whose process has ended, stays in the tmux session mine')
    expect(session(WITNESS)?.id).not.toBe(before?.id)
    expect(before && isRunning(before.panePid)).toBe(false)
    const panes = town.tmux.tmux('list-panes', '-s', '-t', '=mine', '-F', '#{pane_pid} #{pane_dead}')
    expect(panes).toContain(`${before?.panePid} 1`)
    expect(outcomesOf(await check())).toEqual([])
  })
})

describe('a person who looks at a session without an agent', () => {
  it.each(['attached to a session of its group', 'attached to another session that shows its window'])(
    '%s keeps it',
    async (way) => {
      town = raiseTown()
      town.addRig('gastown')
      town.configure({ zombieGrace: '1s' })
      await town.wake('deacon')
      await town.leaveShell(WITNESS)
      await waysToLook[way]?.(town, WITNESS, helpers)
      await nextSecond()
      await nextSecond()
      const before = session(WITNESS)
      const { actions } = await check()
      expect(actions.map(({ outcome }) => outcome)).not.toContain('done')
      expect(session(WITNESS)).toEqual(before)
    },
  )
})

describe('a session with dead panes', () => {
  const die = async (who: string): Promise<void> => {
    for (const pid of town.tmux
      .tmux('list-panes', '-s', '-t', `=${town.session(who)}`, '-F', '#{pane_pid}')
      .split('\n'))
      if (pid !== '') process.kill(Number(pid), 'SIGKILL')
    await waitFor('its panes are dead', () => {
      town.tmux.tmux('run-shell', 'true')
      const panes = town.tmux.tmux('list-panes', '-s', '-t', `=${town.session(who)}`, '-F', '#{pane_dead}')
      return !panes.includes('0')
    })
  }
  const split = (): void => {
    const target = `=${town.session('deacon')}:`
    town.tmux.tmux('set-option', '-g', 'remain-on-exit', 'on')
    town.tmux.tmux('split-window', '-d', '-t', target, 'sleep', '600')
    town.tmux.tmux('new-window', '-d', '-t', target, 'sleep', '600')
  }

  it.each(kinds)('is replaced when all of them are dead and nobody looks at it, in a %s town', async (kind) => {
    await raise(kind)
    town.configure({ zombieGrace: '1s' })
    split()
    await die('deacon')
    await nextSecond()
    await nextSecond()
    expect(outcomesOf(await check())).toEqual(['start deacon done'])
    expect(session('deacon')?.panes).toBe(1)
    expect(outcomesOf(await check())).toEqual([])
  })

  it('stays while a person looks at it from another session', async () => {
    await raise('classic')
    town.configure({ zombieGrace: '1s' })
    split()
    await die('deacon')
    await waysToLook['attached to a session of its group']?.(town, 'deacon', helpers)
    await nextSecond()
    await nextSecond()
    expect(outcomesOf(await check())).toEqual(['start deacon deferred'])
  })

  it('stays while another pane of it lives', async () => {
    await raise('classic')
    town.configure({ zombieGrace: '1s' })
    split()
    process.kill(session('deacon')?.panePid ?? 0, 'SIGKILL')
    await nextSecond()
    await nextSecond()
    await nextSecond()
    const { actions } = await check()
    expect(actions.map(({ outcome }) => outcome)).not.toContain('done')
    expect(town.tmux.tmux('list-panes', '-s', '-t', `=${town.session('deacon')}`)).toMatch(/(.*\n){3}/)
  })

  it('is cycled on the request of its agent, whose pane is the only live one', async () => {
    await raise('classic')
    split()
    const pids = town.tmux.tmux('list-panes', '-s', '-t', `=${town.session('deacon')}`, '-F', '#{pane_pid}').split('\n')
    for (const pid of pids.slice(1)) if (pid !== '') process.kill(Number(pid), 'SIGKILL')
    await waitFor('the other panes are dead', () => {
      town.tmux.tmux('run-shell', 'true')
      const dead = town.tmux.tmux('list-panes', '-s', '-t', `=${town.session('deacon')}`, '-F', '#{pane_dead}')
      return dead === '0\n1\n1\n'
    })
    town.raiseFlag('deacon', 'cycle')
    town.sendMail({ from: 'deacon/', subject: 'LIFECYCLE: cycle', body: 'cycle' })
    expect(outcomesOf(await check())).toEqual(['cycle deacon done'])
    expect(session('deacon')?.panes).toBe(1)
  })
})

describe('an agent that is started while a group bears the name of its session', () => {
  it('gets a session of its own', async () => {
    await raise('classic')
    group(town, WITNESS)
    await town.crash(WITNESS).catch(() => undefined)
    expect(outcomesOf(await check())).toEqual([`start ${WITNESS} done`])
    expect(session(WITNESS)?.panes).toBe(1)
  })
})
