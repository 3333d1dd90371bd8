// No descriptors, no processes, no memory left. Unproven: the kernel's own choice of whom it kills for memory; here a child is killed as it would be.
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { type BusyTown, startsOf } from '../support/faults/busy-town.js'
import { long } from '../support/faults/form.js'
import { deeds, raisePatientTown, reasons, settled, strained } from '../support/faults/machine.js'
import { asSomebody } from '../support/faults/machine-user.js'
import { located, only } from '../support/stand-ins.js'

let town: FakeTown
afterEach(() => town.end())

const busyTown = async (kind: 'classic' | 'current'): Promise<BusyTown> => {
  const busy = await raisePatientTown(kind)
  town = busy
  return busy
}
const prlimit = located('prlimit', process.env['PATH'] ?? '')
const needsPrlimit = 'needs prlimit: apt-get install util-linux'

/** Fewer than 20, and node itself cannot load a program. */
const descriptors = long ? [...Array(30).keys()].map((n) => n + 20) : [22, 34]

describe('a check with few file descriptors', () => {
  it.for(descriptors)('%i: what it cannot see is left alone, and the next one does the rest', async (count, ctx) => {
    if (!prlimit) return ctx.skip(needsPrlimit)
    const busy = await busyTown('classic')
    const check = await strained(town, { under: [prlimit, `--nofile=${count}:${count}`] })
    expect([0, 2, 3, 69, 75, 78]).toContain(check.exitCode)
    expect(await settled(busy)).toEqual([])
  })

  it('of which none is left says so, and does nothing', async (ctx) => {
    if (!prlimit) return ctx.skip(needsPrlimit)
    await busyTown('current')
    const check = await strained(town, { under: [prlimit, '--nofile=24:24'] })
    expect([deeds(check), reasons(check)]).toEqual([[], expect.stringContaining('EMFILE')])
  })
})

/** Programs that cannot begin a thread hang until their deadlines, one check after the other. */
const slow = { timeout: 300_000 }
const processes = long ? [...Array(20).keys()].map((n) => n + 6) : [8, 13]

describe('a check of a user who may have few processes', () => {
  it.for(processes)('%i: nobody is started twice, and the next one starts who is dead', slow, async (count, ctx) => {
    if (!prlimit) return ctx.skip(needsPrlimit)
    town = raiseTown()
    town.addRig('gastown')
    town.configure({ tmuxSocket: town.tmux.socket })
    const { under, end } = asSomebody(ctx, town)
    const check = await strained(town, { under: [...under, prlimit, `--nproc=${count}:${count}`, '--'] })
    if (check.document) expect([0, 2, 3, 69]).toContain(check.exitCode)
    else expect(check.exitCode === null || check.exitCode > 100).toBe(true)
    for (let left = 4; left > 0 && !(town.isUp('deacon') && town.isUp('gastown/witness')); left -= 1) {
      if (town.read('daemon/heartbeat/ledger.json'))
        town.write(
          'daemon/heartbeat/ledger.json',
          '{"schema":1,"agents":{},"notices":{},"claims":{},"typing":{},"children":[],"conditions":{}}',
        )
      await strained(town, { under })
    }
    end()
    expect([startsOf(town, 'deacon'), startsOf(town, 'gastown/witness')]).toEqual([1, 1])
  })
})

describe('memory', () => {
  it.each([
    ['classic', 'bd', '*list*', 3],
    ['current', 'bd', '*list*', 3],
    ['classic', 'gt', '*delete*', 3],
    ['current', 'gt', '*start*', 2],
  ] as const)(
    'that is not there for a child (%s, %s %s): the rest is done (%i)',
    async (kind, program, words, code) => {
      const busy = await busyTown(kind)
      town.programs.spoil(program, only(words, 'ulimit -v 30000\n'))
      const check = await strained(town)
      town.programs.mend(program)
      expect(check.exitCode).toBe(code)
      expect(await settled(busy)).toEqual([])
    },
  )

  it.each([
    ['classic', 'tmux', '*new-session*'],
    ['current', 'gt', '*start*'],
  ] as const)(
    'for which the kernel kills a child that has just done its work (%s, %s %s): nobody is there twice',
    async (kind, program, words) => {
      const busy = await busyTown(kind)
      town.programs.spoil(program, only(words, 'work "$@"\nkill -KILL $$\n'))
      await strained(town)
      town.programs.mend(program)
      expect(await settled(busy)).toEqual([])
    },
  )
})
