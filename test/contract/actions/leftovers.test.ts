import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endLeftovers } from '../../../src/actions/end-leftovers.js'
import { runRecorded } from '../../../src/actions/recorded-child.js'
import { processOf } from '../../../src/ports/processes.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { put } from '../../support/town-folder.js'
import { waitFor } from '../../support/wait-for.js'
import { performingIn } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
})
afterEach(() => fake.end())

/** A child that a killed check left behind: the leader of a process group, with one below it. */
async function leaveBehind(lines: string) {
  const child = spawn('sh', ['-c', `${lines}\nsleep 600 & wait; sleep 600`], {
    detached: true,
    stdio: 'ignore',
    cwd: fake.root,
  })
  const pid = child.pid ?? 0
  const below = await waitFor('it has a child of its own', () => findBelow(pid))
  return { pid, below, startTime: processOf(pid)?.startTime ?? '', program: 'git', address: 'gastown/crew/max' }
}

async function findBelow(pid: number): Promise<number | undefined> {
  const { allProcesses } = await import('../../../src/ports/processes.js')
  const processes = await allProcesses(performingIn(fake).town.commands)
  return processes.known ? processes.value.find(({ parent }) => parent === pid)?.pid : undefined
}

const runs = (pid: number) => !['Z', undefined].includes(processOf(pid)?.state)

describe('a child that a killed check left running', () => {
  it.each([
    ['ends by TERM', ''],
    ['ignores TERM', 'trap "" TERM'],
  ])('is ended with its whole group, also when it %s', async (_, lines) => {
    const { below, ...child } = await leaveBehind(lines)
    const performing = performingIn(fake)
    performing.town.ledger.change((ledger) => ({ ...ledger, children: [child] }))
    expect(await endLeftovers(performing)).toEqual(new Set())
    await waitFor('both are gone', () => !runs(child.pid) && !runs(below))
    expect(performing.town.ledger.current().children).toEqual([])
  })

  it('is not mistaken for another process with its number', async () => {
    const { below: _, ...child } = await leaveBehind('')
    const performing = performingIn(fake)
    performing.town.ledger.change((ledger) => ({ ...ledger, children: [{ ...child, startTime: '1' }] }))
    expect(await endLeftovers(performing)).toEqual(new Set())
    expect(runs(child.pid)).toBe(true)
    expect(performing.town.ledger.current().children).toEqual([])
    process.kill(-child.pid, 'SIGKILL')
  })
})

describe('a child that changes something', () => {
  it('stands in the ledger on disk while it runs, and not after', async () => {
    const performing = performingIn(fake)
    const copy = join(fake.stage, 'copy.json')
    put(join(fake.stage, 'look.sh'), `cat '${performing.town.ledger.path}' >'${copy}'; echo $$`)
    const command = { program: 'sh', args: [join(fake.stage, 'look.sh')], cwd: '/', env: fake.env, deadline: 5000 }
    const result = await runRecorded(performing, 'deacon', command)
    const { readFileSync } = await import('node:fs')
    const pid = Number(result.stdout)
    expect(JSON.parse(readFileSync(copy, 'utf8')).children).toMatchObject([{ pid, program: 'sh', address: 'deacon' }])
    expect(performing.town.ledger.current().children).toEqual([])
  })
})
