import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument, readReport } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'
import { ownMounts } from '../support/faults/machine-mounts.js'
import { asSomebody } from '../support/faults/machine-user.js'
import { passingTime } from '../support/faults/passing-time.js'
import { slow } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

let town: FakeTown
const WITNESS = 'gastown/witness'
const folder = (): string => join(town.root, 'daemon/requests')

beforeEach(async () => {
  town = raiseTown()
  town.configure({ tmuxSocket: town.tmux.socket })
  town.addRig('gastown')
})
afterEach(() => town.end())

const asksOf = ({ calls }: Check): number =>
  calls.filter(({ program, args }) => program === 'bd' && args.includes('message')).length
const log = (): string => town.read('daemon/daemon.log') ?? ''

describe('something in the folder of requests that a check cannot take out', () => {
  it('costs one run, is moved beside and said once, when somebody else has made it', async (ctx) => {
    const { under, end } = asSomebody(ctx, town)
    await town.run(['--once'], { under })
    mkdirSync(join(folder(), 'by-root'))
    const run = await town.run(['--lifecycle', '--json'], { under })
    expect([run.exitCode, asksOf(run)]).toEqual([0, 1])
    expect(readdirSync(folder())).toEqual([])
    const beside = readdirSync(join(town.root, 'daemon')).filter((name) => name.startsWith('requests.set-aside-'))
    expect(readdirSync(join(town.root, 'daemon', beside[0] ?? ''))).toEqual(['by-root'])
    expect(log().match(/Warning: .*requests was moved to .*EACCES/g)).toHaveLength(1)
    expect((await town.run(['--once'], { under })).exitCode).toBe(0)
    end()
  })

  it('costs one run for each change, is said once, and keeps no check from its lock, when it has to stay', async (ctx) => {
    await town.run(['--once'])
    const kept = join(town.stage, 'kept')
    mkdirSync(join(kept, 'stays'), { recursive: true })
    const mount = `mount --bind '${kept}' '${folder()}' && mount -o remount,bind,ro '${folder()}'`
    const { under, end } = await ownMounts(ctx, town, mount)
    for (const words of ['--lifecycle', '--once', '--lifecycle']) {
      const run = await town.run([words, '--json'], { under })
      const { exitCode, findings } = readDocument(run.stdout)
      expect([words, exitCode, asksOf(run)]).toEqual([words, 1, 1])
      expect(findings).toMatchObject([
        { rule: 'requests', verdict: 'stuck', because: expect.stringMatching(/requests cannot be emptied.*stays/) },
      ])
    }
    expect(log().match(/cannot be emptied/g)).toHaveLength(1)
    const isDue = async () => readReport((await town.run(['--once', '--if-due', '--json'], { under })).stdout).gate.open
    expect(await isDue()).toBe(false)
    writeFileSync(join(kept, 'another'), '')
    expect(await isDue()).toBe(true)
    expect(await isDue()).toBe(false)
    end()
  })
})

describe('the line for cron in the README', () => {
  const line = ['--once', '--if-due', '--quiet']

  it('has a check at each of its polls while the town is active, however long a check takes', async () => {
    await town.wake('deacon', WITNESS)
    const time = passingTime(town)
    const toNextPoll = () => time.pass(300_000 - (time.now() % 300_000) + 700)
    town.programs.spoil('bd', slow(2))
    for (const poll of [1, 2, 3]) {
      toNextPoll()
      const { document } = await time.check(...line)
      expect([poll, document.gate.open, document.exitCode]).toEqual([poll, true, 0])
      expect(document.next.intervalSeconds).toBe(300)
    }
    time.pass(60_000)
    expect((await time.check('--once', '--if-due')).document.gate.reason).toBe('not-due')
  })

  it('takes up what a file in the folder of requests asks for at the next poll, due or not', async () => {
    await town.wake('deacon', WITNESS)
    expect((await town.run(line)).exitCode).toBe(0)
    const sessions = town.tmux.sessions()
    await waitFor('the next second', () => Date.now() % 1000 > 600)
    town.raiseFlag(WITNESS, 'cycle')
    town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
    expect((await town.run(line)).calls).toEqual([])
    writeFileSync(join(folder(), 'now'), '')
    const { actions } = readDocument((await town.run([...line, '--json'])).stdout)
    expect(actions).toMatchObject([{ kind: 'cycle', agent: WITNESS, outcome: 'done' }])
    expect(town.tmux.sessions()).not.toEqual(sessions)
    expect(readdirSync(folder())).toEqual([])
    expect((await town.run(line)).calls).toEqual([])
  })

  it('finds at the next poll what was dropped while a check ran', async () => {
    await town.wake('deacon', WITNESS)
    await town.run(['--once'])
    town.programs.spoil('tmux', `touch '${folder()}/late'\n`)
    await town.run(['--once'])
    town.programs.mend('tmux')
    expect(existsSync(join(folder(), 'late'))).toBe(true)
    const { stdout } = await town.run([...line, '--json'])
    expect(readReport(stdout).gate.open).toBe(true)
    expect(readdirSync(folder())).toEqual([])
    utimesSync(folder(), new Date(), new Date())
    expect((await town.run(line)).calls).toEqual([])
  })
})
