import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import type { StageKindName } from '../support/stage-kind.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'

let town: FakeTown
afterEach(() => town.end())

async function raise(kind: StageKindName): Promise<void> {
  town = raiseTown({ kind })
  town.addRig('gastown')
  town.configure({ zombieGrace: '1s' })
  await town.wake('deacon')
}

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deeds = ({ actions }: CheckDocument) => actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const witness = () => town.tmux.sessions().find(({ name }) => name === town.session(WITNESS))

/** A program of the machine under another name. */
function program(name: string): string {
  const path = join(town.stage, name)
  copyFileSync('/bin/sleep', path)
  return path
}

/** The witness asks for a new session: carried out once, and the new session holds the usual agent. */
async function asksForItself(): Promise<void> {
  const before = witness()?.id
  await waitFor('a mail younger than the session, by whole seconds', () => Date.now() % 1000 > 600)
  town.raiseFlag(WITNESS, 'cycle')
  const mail = town.sendMail({
    from: WITNESS,
    subject: `LIFECYCLE: ${WITNESS} requesting cycle`,
    body: '{"action":"cycle"}',
  })
  expect(deeds(await check())).toEqual([`cycle ${WITNESS} done`])
  expect(town.issue(mail)?.status).toBe('closed')
  expect(witness()?.id).not.toBe(before)
  expect(deeds(await check())).toEqual([])
}

describe.each(['classic', 'current'] as const)('an agent of a %s town', (kind) => {
  const alone = async (name: string, environment: Readonly<Record<string, string>> = {}) => {
    await raise(kind)
    const command = ['bash', '--norc', '-c', `${program(name)} 600; true`]
    town.tmux.start({ name: town.session(WITNESS), folder: town.root, command, environment })
    await waitFor('it runs', () => town.tmux.tmux('list-panes', '-a', '-F', '#{pane_current_command}').length > 0)
  }

  it.each(['.claude-unwrapped', 'claude-linux-x64'])(
    'is known under the name %s, and its own request is carried out',
    async (name) => {
      await alone(name)
      const document = await waitFor('it runs', async () => {
        const seen = await check()
        return seen.findings.length === 0 && seen
      })
      expect(document).toMatchObject({ exitCode: 0, actions: [] })
      await asksForItself()
    },
  )

  it('is known by GT_AGENT alone, and its own request is carried out', async () => {
    await alone('opencode', { GT_AGENT: 'opencode' })
    await waitFor('it runs', async () => (await check()).findings.length === 0)
    await asksForItself()
  })

  it('is not known under a name that nobody declared, and its request waits', async () => {
    await alone('opencode', { GT_AGENT: 'codex' })
    const { findings } = await check()
    expect(findings).toMatchObject([{ agent: WITNESS, verdict: 'not-understood' }])
  })

  it('that a check started is known, whatever its program becomes, and its own request is carried out', async () => {
    await raise(kind)
    town.programs.spoil('claude', `printf '> ❯ '; exec ${program('model-runner')} 600`)
    expect(deeds(await check())).toEqual([`start ${WITNESS} done`])
    await waitFor('it runs', () =>
      town.tmux.tmux('list-panes', '-a', '-F', '#{pane_current_command}').includes('model-runner'),
    )
    const document = await check()
    expect([document.actions, document.findings]).toEqual([[], []])
    town.programs.mend('claude')
    await asksForItself()
  })
})

describe('the declared pane of a session', () => {
  /** A deacon that declared its pane, and a helper in a second one. */
  const withHelper = async (remain: 'on' | 'off') => {
    await raise('current')
    await town.wake(WITNESS)
    const target = '=hq-deacon:'
    const pane = town.tmux.tmux('display-message', '-p', '-t', target, '#{pane_id}').trim()
    town.tmux.tmux('set-environment', '-t', 'hq-deacon', 'GT_PANE_ID', pane)
    town.tmux.tmux('set-option', '-w', '-t', target, 'remain-on-exit', remain)
    town.tmux.tmux('split-window', '-d', '-t', target, join(town.programs.bin, 'claude'), '--awake')
    const panes = () =>
      town.tmux.tmux('list-panes', '-t', target, '-F', '#{pane_id} #{pane_dead} #{pane_pid}').trim().split('\n')
    await waitFor('the helper runs', () => panes().length === 2)
    expect(await check()).toMatchObject({ exitCode: 0, findings: [] })
    return {
      pid: Number(
        panes()
          .find((line) => line.startsWith(pane))
          ?.split(' ')[2],
      ),
      panes,
    }
  }
  const finding = ({ findings }: CheckDocument) => findings.find(({ agent }) => agent === 'deacon')

  it('decides: with a dead one, the session is left alone and reported as long as its helper lives, then replaced', async () => {
    const { pid, panes } = await withHelper('on')
    process.kill(pid, 'SIGKILL')
    const id = town.tmux.sessions().find(({ name }) => name === 'hq-deacon')?.id
    const document = await waitFor('the grace time is over', async () => {
      const seen = await check()
      return finding(seen)?.verdict === 'attached' && seen
    })
    expect(finding(document)?.because).toMatch(/^its pane is dead.*second pane/)
    expect(deeds(document).filter((deed) => deed.endsWith('done'))).toEqual([])
    expect(town.tmux.sessions().find(({ name }) => name === 'hq-deacon')).toMatchObject({ id, panes: 2 })
    const helper = panes()
      .find((line) => line.split(' ')[1] === '0')
      ?.split(' ')[2]
    process.kill(Number(helper), 'SIGKILL')
    await waitFor('the helper has ended', () => panes().every((line) => line.split(' ')[1] === '1'))
    expect(deeds(await check())).toEqual(['start deacon done'])
  })

  it('that is gone leaves a session that is not understood: an agent in another pane may be a helper', async () => {
    const { pid, panes } = await withHelper('off')
    process.kill(pid, 'SIGKILL')
    await waitFor('the pane is gone', () => panes().length === 1)
    const document = await check()
    expect(finding(document)).toMatchObject({ verdict: 'not-understood' })
    expect(finding(document)?.because).toContain('tmux set-environment -t hq-deacon -u GT_PANE_ID')
    town.tmux.tmux('set-environment', '-t', 'hq-deacon', '-u', 'GT_PANE_ID')
    expect(await check()).toMatchObject({ findings: [], actions: [] })
  })
})
