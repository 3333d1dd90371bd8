// Clocks that jump, machines and checks that sleep. The clock is one of the checks' own: the files, tmux and the stand-ins have the real one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { lockFile } from '../../src/ports/lock-holder.js'
import { readReport } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { ask, type BusyTown } from '../support/faults/busy-town.js'
import { long } from '../support/faults/form.js'
import { deeds, raisePatientTown, reasons, settled, strained } from '../support/faults/machine.js'
import { atMoment, calm, type Moment, momentsOf } from '../support/faults/machine-between.js'
import { day, ownClock } from '../support/faults/machine-clock.js'
import { begun, lostStrangers } from '../support/faults/machine-events.js'
import type { StageKindName } from '../support/stage-kind.js'
import { located } from '../support/stand-ins.js'
import { ageMemory } from '../support/time-travel.js'
import { waitFor } from '../support/wait-for.js'

let town: FakeTown
afterEach(() => town.end())

const busyTown = async (kind: StageKindName): Promise<BusyTown> => {
  const busy = await raisePatientTown(kind)
  town = busy
  return busy
}

describe('a clock that was a day ahead, and was set right', () => {
  it('leaves a heartbeat due at once, which puts every time right', async () => {
    town = raiseTown()
    const clock = ownClock(town)
    clock.ahead(day)
    await strained(town, { env: clock.env })
    const { stdout, exitCode } = await town.run(['--once', '--if-due', '--json'])
    expect([readReport(stdout).gate.reason, exitCode]).toEqual([null, 0])
    const seconds = Number(town.read('daemon/heartbeat/next')?.split(' ')[2]) - Date.now() / 1000
    expect(seconds).toBeLessThan(3600)
    expect(JSON.parse(town.read('daemon/state.json') ?? '')).toMatchObject({ heartbeat_count: 2 })
  })

  it('holds nobody back for longer than the longest hold', async () => {
    town = raiseTown()
    const clock = ownClock(town)
    clock.ahead(day)
    await strained(town, { env: clock.env })
    await town.crash('deacon')
    const { document } = await strained(town)
    const [wait] = document?.findings.filter(({ agent }) => agent === 'deacon') ?? []
    expect(Date.parse(wait?.until ?? '') - Date.now()).toBeLessThan(3_600_000)
    ageMemory(town.root, 900)
    expect(deeds(await strained(town))).toEqual(['start deacon'])
  })

  it.each(['classic', 'current'] as const)('gives an agent that died then the usual grace time (%s)', async (kind) => {
    town = raiseTown({ kind })
    const clock = ownClock(town)
    await town.wake('deacon')
    town.tmux.tmux('set-option', '-w', '-t', `=${town.session('deacon')}:`, 'remain-on-exit', 'on')
    process.kill(town.tmux.sessions()[0]?.panePid ?? 0, 'SIGKILL')
    await waitFor('its pane is dead', () => town.tmux.tmux('list-panes', '-a', '-F', '#{pane_dead}').trim() === '1')
    // The checks have the right time, tmux had one that was a day ahead.
    for (const [later, done] of [
      [0, []],
      [59_000, []],
      [61_000, ['start deacon']],
    ] as const) {
      clock.ahead(later - day)
      expect(deeds(await strained(town, { env: clock.env }))).toEqual(done)
    }
  })

  it('keeps nobody from being told that checks fail', async () => {
    town = raiseTown()
    const clock = ownClock(town)
    clock.ahead(day)
    await strained(town, { env: clock.env })
    town.programs.spoil('bd', 'exit 1\n')
    for (const _ of 'abc') await strained(town)
    const { stdout } = await town.run(['report-failure', '--dry-run', '3'])
    expect(stdout).toMatch(/3 checks|three checks|in a row/i)
  })

  it('does not keep who was shut down at its own request down for longer', async () => {
    town = raiseTown()
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    const clock = ownClock(town)
    ask(town, 'gastown/witness', 'shutdown')
    clock.ahead(60_000)
    await strained(town, { env: clock.env })
    town.changeLedger((ledger) =>
      JSON.parse(JSON.stringify(ledger).replaceAll(/"since":\d+/g, `"since":${Date.now() + day}`)),
    )
    await strained(town)
    await town.wake('gastown/witness')
    await strained(town)
    await town.crash('gastown/witness')
    expect(deeds(await strained(town))).toContain('start gastown/witness')
  })

  it('has nobody forget the requests that come after a ledger was lost', async () => {
    town = raiseTown()
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    const clock = ownClock(town)
    clock.ahead(day)
    town.write('daemon/heartbeat/ledger.json', 'torn')
    await strained(town, { env: clock.env })
    await strained(town)
    ask(town, 'gastown/witness', 'cycle')
    expect(deeds(await strained(town))).toContain('cycle gastown/witness')
  })
})

describe('a clock that jumps a day ahead between two checks', () => {
  it('has the dead started, and nobody marked or written to for his age', async () => {
    town = raiseTown()
    town.addRig('gastown')
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    town.setBead('gastown/polecats/slit', { state: 'working', hook: 'gt-w1' })
    town.setBead('gastown/refinery', { state: 'working' })
    await town.wake('deacon', 'gastown/witness', 'gastown/polecats/slit')
    const clock = ownClock(town)
    await strained(town, { env: clock.env })
    await town.crash('deacon')
    clock.ahead(day)
    const check = await strained(town, { env: clock.env })
    expect(deeds(check)).toEqual(['start deacon'])
    expect(town.mails().filter(({ title }) => !/lifecycle/i.test(title))).toEqual([])
  })
})

interface Jump {
  readonly kind: StageKindName
  readonly at: Moment
  readonly by: number
}

const dangerous: readonly Jump[] = [
  { kind: 'classic', at: 'tmux*set-hook -u*', by: day },
  { kind: 'current', at: 'gt*start*', by: -day },
  { kind: 'current', at: 9, by: day },
]
const everywhere = (['classic', 'current'] as const).flatMap((kind) =>
  [day, -day].flatMap((by) => momentsOf(kind, 6).map((at): Jump => ({ kind, at, by }))),
)
const jumps = [...dangerous, ...(long ? everywhere : [])]

describe('a clock that jumps in the middle of a check', () => {
  it.for(jumps.map((jump) => [`${jump.by} ms, ${jump.kind}, before ${jump.at}`, jump] as const))(
    'by %s: what is left is done by the next checks, once',
    async ([, { kind, at, by }], { annotate }) => {
      if (long && at === 1) await annotate(`${jumps.length} moments at which a clock jumped`)
      const busy = await busyTown(kind)
      const clock = ownClock(town)
      const hasCome = atMoment(town, at, clock.line(by))
      await strained(town, { env: clock.env })
      expect(hasCome() || typeof at === 'number').toBe(true)
      calm(town)
      // Of a notice from another day nobody knows whether it was said lately.
      expect(await settled(busy, /^2 notices/)).toEqual([])
    },
  )

  it('back by a day waits for nobody for a day', async () => {
    town = raiseTown()
    town.addRig('gastown')
    town.configure({ startDeadline: '10s' })
    await town.wake('deacon')
    const clock = ownClock(town)
    const deaf = `trap '${clock.line(-day).replaceAll("'", '"')}' TERM; trap "" HUP; printf "> "; while :; do sleep 0.1; done`
    town.programs.spoil('claude', `${deaf}\n`)
    await town.wake('gastown/witness')
    town.programs.mend('claude')
    ask(town, 'gastown/witness', 'cycle')
    const began = performance.now()
    const check = await strained(town, { env: clock.env })
    expect(performance.now() - began).toBeLessThan(45_000)
    expect(deeds(check)).toContain('cycle gastown/witness')
  })
})

/** A machine that sleeps: its clock goes on, no timer does. */
describe('a machine that sleeps ten minutes in the middle of a check', () => {
  it.each([
    ['before the look', 'tmux*list-panes*'],
    ['right before a zombie is ended', 'tmux*set-hook -u*'],
  ])('%s (%s): who has come up since is not touched, nothing is done on what is minutes old', async (_, at) => {
    town = raiseTown()
    town.configure({ zombieGrace: '1s' })
    await town.leaveShell('deacon')
    const clock = ownClock(town)
    clock.ahead(120_000)
    const claude = join(town.programs.bin, 'claude')
    const tmux = `'${located('tmux', process.env['PATH'] ?? '')}' -u -S '${town.tmux.socket}'`
    const wakes = `${tmux} send-keys -t '=${town.session('deacon')}:' '${claude} --awake' Enter; sleep 2`
    const hasCome = atMoment(town, at, `${wakes}; ${clock.line(720_000)}`)
    const check = await strained(town, { env: clock.env })
    expect([hasCome(), deeds(check)]).toEqual([true, []])
    calm(town)
    const [agent] = town.programs.calls().filter(({ program }) => program === 'claude')
    expect([existsSync(`/proc/${agent?.pid}`), town.tmux.tmux('list-panes', '-a', '-F', '#{pane_dead}')]).toEqual([
      true,
      '0\n',
    ])
  })

  it('begins nothing after it; the next check is the first after a gap', async () => {
    town = raiseTown()
    const clock = ownClock(town)
    atMoment(town, 'bd*list*', clock.line(8 * 3_600_000))
    expect(deeds(await strained(town, { env: clock.env }))).toEqual([])
    calm(town)
    const { lastCheck } = JSON.parse(town.read('daemon/heartbeat/ledger.json') ?? '')
    expect(lastCheck.endedAt - lastCheck.startedAt).toBeGreaterThan(7 * 3_600_000)
    expect(deeds(await strained(town, { env: clock.env }))).toEqual(['start deacon'])
  })
})

describe('a check that is stopped for longer than its deadlines', () => {
  it.each(['classic', 'current'] as const)(
    'while it looks (%s): what it asked is not answered, and nothing is done on it (3)',
    async (kind) => {
      const busy = await busyTown(kind)
      town.configure({ deadline: '1s', startDeadline: '4s', runDeadline: '45s' })
      const first = begun(busy, 'deacon')
      // bd is asked before most of the program is loaded. Half a second after the check has the lock, it has begun to wait for the answer.
      const locked = `until read -r pid rest <'${lockFile(town.root)}' && [ "$pid" = $PPID ]; do sleep 0.1; done`
      atMoment(town, 'bd*list*', `${locked}; sleep 0.5; kill -STOP $PPID; sleep 2.5; ${first}; kill -CONT $PPID`)
      const check = await strained(town)
      calm(town)
      expect([check.exitCode, reasons(check)]).toEqual([3, expect.stringContaining('timed out')])
      expect(await settled(busy, /deacon was started 0 times/)).toEqual([])
      expect(lostStrangers(busy)).toEqual([])
    },
  )
})
