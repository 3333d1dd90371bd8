import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Clockwork, clockworkFor } from '../support/clockwork.js'
import { agentOf, stateFileOf } from '../support/stage-names.js'
import { putJson } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'

const SERVICE = 'gt-lifecycle.service'
const crew = Array.from({ length: 20 }, (_, index) => `gastown/crew/c${index}`)

/** The agent asks to be ended, as the real ones do: its flag is set, then a mail to the deacon. */
function ask({ root, sendMail }: Clockwork, who: string): string {
  putJson(join(root, stateFileOf(agentOf(who))), {
    requesting_shutdown: true,
    requesting_time: new Date().toISOString(),
  })
  return sendMail({ from: who, subject: `LIFECYCLE: ${who} requesting shutdown`, body: '{"action":"shutdown"}' })
}

/** The deeds that ended somebody's session, by whom. */
function ended({ root }: Clockwork): readonly string[] {
  const history = readFileSync(join(root, 'daemon/heartbeat/history.jsonl'), 'utf8')
  const lines: readonly {
    readonly type: string
    readonly rule?: string
    readonly agent?: string
    readonly outcome?: string
  }[] = history
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  return lines
    .filter(({ type, rule, outcome }) => type === 'deed' && rule === 'lifecycle-requests' && outcome === 'done')
    .map(({ agent }) => agent ?? '')
    .sort()
}

const sessions = async ({ tmux }: Clockwork): Promise<readonly string[]> =>
  (await tmux('list-sessions', '-F', '#{session_name}')).stdout.trim().split('\n')

const openMail = ({ mails }: Clockwork) => mails('deacon/').filter(({ status }) => status === 'open')

/** How it ended last, and its state. */
const resultOf = async ({ manager }: Clockwork) =>
  (await manager.systemctl('show', '--value', '-p', 'Result,ActiveState', SERVICE)).trim().split('\n')

describe('gt-lifecycle.service on a real systemd user manager', () => {
  it('loses none of the requests of 20 agents in a storm of 40 starts while a check runs, and carries each out once', async (ctx) => {
    const clock = await clockworkFor(ctx)
    await clock.wake('deacon', 'gastown/witness', ...crew)
    clock.dawdle(2)
    await clock.manager.systemctl('start', '--no-block', 'gt-heartbeat.service')
    await waitFor('a check runs', () => clock.ran().length === 1)
    for (const who of crew) {
      ask(clock, who)
      for (const _ of [1, 2]) await clock.manager.systemctl('start', '--no-block', SERVICE)
    }
    await clock.settled()
    expect(openMail(clock)).toEqual([])
    expect(await sessions(clock)).toEqual(['gt-deacon', 'gt-gastown-witness'])
    expect(ended(clock)).toEqual([...crew].sort())
    expect(await resultOf(clock)).toEqual(['success', 'inactive'])
    const passes = clock.ran().filter(({ words }) => words === '--lifecycle')
    expect(passes.length).toBeLessThan(20)
    const said = await clock.manager.journal(SERVICE)
    expect(
      passes.map(({ exitCode }) => exitCode),
      said,
    ).toEqual(passes.map(() => 0))
  }, 180_000)

  it('takes up a request that comes too late for the pass that runs: its start is kept until that has ended', async (ctx) => {
    const clock = await clockworkFor(ctx)
    const late = crew.slice(0, 3)
    await clock.wake('deacon', 'gastown/witness', ...late)
    for (const who of late) {
      const worked = clock.tarry()
      await clock.manager.systemctl('start', '--no-block', SERVICE)
      const letItEnd = await worked
      ask(clock, who)
      for (const _ of [1, 2, 3]) await clock.manager.systemctl('start', '--no-block', SERVICE)
      letItEnd()
      await clock.settled()
      expect([who, openMail(clock)]).toEqual([who, []])
    }
    expect(ended(clock)).toEqual(late)
    expect(clock.ran()).toHaveLength(2 * late.length)
  })

  it('is no failure when it only warns, and one when it cannot see', async (ctx) => {
    const clock = await clockworkFor(ctx)
    await clock.wake('deacon', 'gastown/witness')
    clock.sendMail({
      from: 'nobody/we/know',
      subject: 'LIFECYCLE: nobody/we/know requesting cycle',
      body: '{"action":"cycle"}',
    })
    await clock.manager.systemctl('start', SERVICE)
    await clock.settled()
    expect(clock.ran().at(-1)?.exitCode).toBe(1)
    expect(await resultOf(clock)).toEqual(['success', 'inactive'])
    writeFileSync(join(clock.root, 'mayor/town.json'), '[]')
    await clock.manager.systemctl('start', SERVICE)
    await waitFor('it has failed', async () => (await resultOf(clock))[1] === 'failed')
    expect(clock.ran().at(-1)?.exitCode).toBe(78)
  })

  it('takes up a file in daemon/requests as long as the timer runs, also one that comes during a pass', async (ctx) => {
    const clock = await clockworkFor(ctx)
    const folder = join(clock.root, 'daemon/requests')
    const passes = () => clock.ran().filter(({ words }) => words === '--lifecycle').length
    await clock.wake('deacon', 'gastown/witness', ...crew)
    await clock.manager.systemctl('start', 'gt-heartbeat.timer')
    mkdirSync(folder)
    clock.dawdle(1)
    for (const [index, who] of crew.entries()) {
      ask(clock, who)
      writeFileSync(join(folder, String(index)), '')
    }
    await waitFor('a pass runs', () => passes() > 0)
    writeFileSync(join(folder, 'during'), '')
    await waitFor('all is taken', () => readdirSync(folder).length === 0 && openMail(clock).length === 0, 60_000)
    await clock.settled()
    expect(ended(clock)).toEqual([...crew].sort())
    expect((await clock.manager.systemctl('is-active', 'gt-lifecycle.path')).trim()).toBe('active')
    // A folder in it would start passes for ever.
    mkdirSync(join(folder, 'a-folder'))
    await waitFor('it is set aside', () => !existsSync(join(folder, 'a-folder')))
    await clock.settled()
    await clock.manager.systemctl('stop', 'gt-heartbeat.timer')
    await expect.poll(clock.active).toEqual([])
  }, 120_000)
})
