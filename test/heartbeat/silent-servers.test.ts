import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyLedger } from '../../src/domain/ledger.js'
import { othersPatience } from '../../src/ports/other-server.js'
import { endsWithin } from '../../src/ports/tmux-says.js'
import { readDocument } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'
import { located } from '../support/stand-ins.js'
import { type StagedSession, type TmuxStage, tmuxStage } from '../support/tmux-stage.js'

let town: FakeTown
let stopped: { readonly stage: TmuxStage; readonly pid: number }[]

const raise = (kind: 'classic' | 'current'): void => {
  town = raiseTown({ kind })
  town.addRig('gastown')
}
beforeEach(() => {
  stopped = []
})
afterEach(async () => {
  for (const { stage, pid } of stopped) {
    process.kill(pid, 'SIGCONT')
    stage.stop()
  }
  await town.end()
})

const program = located('tmux', process.env['PATH'] ?? '') ?? 'tmux'
const socketIn = (folder: string, name = 'default'): string =>
  join(town.stage, folder, `tmux-${process.getuid?.()}`, name)
const work = (): StagedSession => ({ name: 'work', folder: '/', command: ['sleep', '600'] })

/** A tmux server of the same user that takes calls and never answers. */
function stopServer(socket: string, session: StagedSession = work(), env: Readonly<Record<string, string>> = {}): void {
  const stage = tmuxStage({ program, socket, env: { ...town.env, ...env } })
  stage.start(session)
  const pid = Number(stage.tmux('display-message', '-p', '#{pid}'))
  process.kill(pid, 'SIGSTOP')
  stopped.push({ stage, pid })
}

/** A check whose questions may each take two minutes, and how many milliseconds it took. */
async function timed(...words: readonly string[]): Promise<{ readonly check: Check; readonly took: number }> {
  town.configure({ deadline: '2m', runDeadline: '10m' })
  const begun = performance.now()
  const check = await town.run(['--once', '--json', ...words])
  return { check, took: performance.now() - begun }
}
/** A busy machine takes its time; one question to a stopped server takes longer. */
const soon = 60_000
/** For a server that shows signs of the town: it gets the whole deadline. */
const runOnce = (...words: readonly string[]): Promise<Check> => {
  town.configure({ deadline: '1s' })
  return town.run(['--once', '--json', ...words])
}

const reasons = ({ stdout }: Check): readonly string[] => readDocument(stdout).blindSpots.map(({ why }) => why)

describe.each(['classic', 'current'] as const)('in a %s town that was never seen, a stopped tmux server', (kind) => {
  beforeEach(() => raise(kind))

  it('that has nothing to do with the town is passed over, and the agents are started', async () => {
    for (const folder of ['x', 'y', 'z']) stopServer(socketIn(folder))
    const { check, took } = await timed()
    expect(took).toBeLessThan(soon)
    expect(check).toMatchObject({ exitCode: 0 })
    expect(town.isUp('deacon')).toBe(true)
    expect(town.isUp('gastown/witness')).toBe(true)
  })

  it.each([
    ['a working directory in the town', () => ({ ...work(), folder: join(town.root, 'deacon') }), {}],
    ['an environment that names the town', work, { GT_ROOT: '' }],
    ['the name of a session of the town', () => ({ ...work(), name: town.session('deacon') }), {}],
  ] as const)('with a process that has %s may have its agents: nothing is started', async (_, session, env) => {
    mkdirSync(join(town.root, 'deacon'), { recursive: true })
    const named = Object.fromEntries(Object.keys(env).map((name) => [name, town.root]))
    stopServer(socketIn('x'), session(), named)
    const check = await runOnce()
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining(socketIn('x')))
    expect(town.isUp('deacon')).toBe(false)
  })

  it('answers again: what it has is seen, and nothing is started twice', async () => {
    const session = { name: town.session('deacon'), folder: join(town.root, 'deacon'), command: ['sleep', '600'] }
    mkdirSync(join(town.root, 'deacon'), { recursive: true })
    stopServer(socketIn('x'), session)
    expect((await runOnce()).exitCode).toBe(3)
    for (const { pid } of stopped) process.kill(pid, 'SIGCONT')
    const check = await runOnce()
    expect(check.exitCode).toBe(78)
    expect(town.isUp('deacon')).toBe(false)
  })
})

describe("a tmux server that need not be the town's", () => {
  it('is asked twice at most, and waited for once: two seconds', () => {
    expect(2 * othersPatience + endsWithin).toBeLessThan(2000)
  })
})

describe('a stopped tmux server where another kind of town would be', () => {
  beforeEach(() => raise('current'))
  const deaconsFolder = (): string => {
    const folder = join(town.root, 'deacon')
    mkdirSync(folder, { recursive: true })
    return folder
  }

  it.each([
    ['found out', []],
    ['named', ['--dialect', 'current']],
  ])('has nothing to do with the town, whose kind is %s: the agents are started soon', async (_, words) => {
    stopServer(socketIn('s'))
    const { check, took } = await timed(...words)
    expect(took).toBeLessThan(soon)
    expect(check.exitCode).toBe(0)
    expect(town.isUp('deacon')).toBe(true)
  })

  it('may have the deacon: the town is looked at only', async () => {
    stopServer(socketIn('s'), { ...work(), folder: deaconsFolder() })
    const check = await runOnce('--dialect', 'current')
    expect(check.exitCode).toBe(78)
    expect(check.stdout).toContain("may have the deacon's session")
    expect(town.isUp('deacon')).toBe(false)
  })
})

describe('a stopped tmux server on the socket where the town was last seen', () => {
  beforeEach(() => raise('classic'))
  const writeDown = (socket: string): void => {
    town.write('daemon/heartbeat/town.json', JSON.stringify({ schema: 1, socket }))
    town.write('daemon/heartbeat/ledger.json', JSON.stringify(emptyLedger))
  }

  it('holds the agents no longer: they are started where the settings say', async () => {
    stopServer(socketIn('x'))
    writeDown(socketIn('x'))
    const { check, took } = await timed()
    expect(took).toBeLessThan(soon)
    expect(check.exitCode).toBe(0)
    expect(town.isUp('deacon')).toBe(true)
  })

  it('may hold them still: nothing is started', async () => {
    stopServer(socketIn('x'), { ...work(), folder: town.root })
    writeDown(socketIn('x'))
    const check = await runOnce()
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining(`last seen on the tmux socket ${socketIn('x')}`))
    expect(town.isUp('deacon')).toBe(false)
  })
})
