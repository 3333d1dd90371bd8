import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'

let town: FakeTown

const raise = (kind: 'classic' | 'current', ownDatabase: boolean): void => {
  town = raiseTown({ kind })
  town.addRig('gastown', { ownDatabase })
}
afterEach(() => town.end())

const WITNESS = 'gastown/witness'
const at = (path: string): string => join(town.root, path)
const runOnce = (): Promise<Check> => town.run(['--once', '--json'])
const reasons = ({ stdout }: Check): readonly string[] => readDocument(stdout).blindSpots.map(({ why }) => why)
const askedIn = ({ calls }: Check): readonly string[] => [
  ...new Set(calls.filter(({ program, args }) => program === 'bd' && args.includes('list')).map(({ cwd }) => cwd)),
]

/** A witness that runs and asks for its own cycle. */
async function askForCycle(): Promise<string> {
  await town.wake('deacon', WITNESS)
  town.raiseFlag(WITNESS, 'cycle')
  return town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
}

/** Carried out: its mail is out of the inbox, and nothing is unseen. */
async function expectCarriedOut(mail: string): Promise<void> {
  const check = await runOnce()
  expect({ exitCode: check.exitCode, reasons: reasons(check) }).toEqual({ exitCode: 0, reasons: [] })
  expect(readDocument(check.stdout).actions).toMatchObject([{ agent: WITNESS, outcome: 'done' }])
  expect(town.issue(mail)?.status ?? 'closed').toBe('closed')
}

/** The town's database under `store`; the helpers of the stage find it all the same. */
function moveDatabase(): string {
  const store = join(town.stage, 'store')
  mkdirSync(store)
  for (const name of ['beads.db', 'issues']) renameSync(at(`.beads/${name}`), join(store, name))
  symlinkSync(join(store, 'issues'), at('.beads/issues'))
  return store
}

describe("a classic town's own .beads", () => {
  beforeEach(() => raise('classic', false))

  it('whose configuration names a database elsewhere is asked: a request in it is carried out', async () => {
    town.write('.beads/config.yaml', `# bd\ndb: ${moveDatabase()}/beads.db\n`)
    await expectCarriedOut(await askForCycle())
  })

  it('that redirects elsewhere is asked there', async () => {
    const elsewhere = join(town.stage, 'elsewhere')
    mkdirSync(elsewhere)
    renameSync(at('.beads'), join(elsewhere, '.beads'))
    mkdirSync(at('.beads'))
    town.write('.beads/redirect', '../elsewhere/.beads\n')
    symlinkSync(join(elsewhere, '.beads/issues'), at('.beads/issues'))
    await expectCarriedOut(await askForCycle())
  })

  it('that is a link is asked', async () => {
    renameSync(at('.beads'), join(town.stage, 'beads'))
    symlinkSync('../beads', at('.beads'))
    await expectCarriedOut(await askForCycle())
  })

  it('that lost its database is asked, and what bd says is a blind spot', async () => {
    rmSync(at('.beads/beads.db'))
    await askForCycle()
    const check = await runOnce()
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining('no beads database found'))
  })

  it('that may not be listed is asked', async (ctx) => {
    if (process.getuid?.() === 0) ctx.skip('needs a user who is not root: root may list any folder')
    const mail = await askForCycle()
    chmodSync(at('.beads'), 0o311)
    const check = await runOnce()
    chmodSync(at('.beads'), 0o700)
    expect(askedIn(check)).toEqual([town.root])
    expect(town.issue(mail)?.status ?? 'closed').toBe('closed')
  })

  it('that is not there is not asked: the town keeps no issues', async () => {
    rmSync(at('.beads'), { recursive: true })
    await town.wake('deacon', WITNESS)
    const check = await runOnce()
    expect([check.exitCode, askedIn(check)]).toEqual([0, []])
  })
})

describe("the .beads of a classic town's rig", () => {
  const rig = 'gastown/mayor/rig'
  beforeEach(async () => {
    raise('classic', true)
    await town.wake('deacon', WITNESS)
  })

  it('whose configuration names a database elsewhere is asked', async () => {
    const store = join(town.stage, 'store')
    renameSync(at(`${rig}/.beads`), store)
    town.write(`${rig}/.beads/config.yaml`, `db: ${store}/beads.db\n`)
    const check = await runOnce()
    expect([check.exitCode, askedIn(check).toSorted()]).toEqual([0, [town.root, at(rig)]])
  })

  it('that lost its database is a blind spot, by the word of bd', async () => {
    rmSync(at(`${rig}/.beads/beads.db`))
    town.write(`${rig}/.git/HEAD`, 'ref: refs/heads/main\n')
    const check = await runOnce()
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining('no beads database found'))
  })

  it('that lost its database where bd would answer from the one of the town is a blind spot', async () => {
    rmSync(at(`${rig}/.beads/beads.db`))
    const check = await runOnce()
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining('holds no database'))
  })

  it('that redirects nowhere is a blind spot', async () => {
    town.write(`${rig}/.beads/redirect`, '../gone\n')
    const check = await runOnce()
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining('leads to no folder'))
  })

  it('beside the one with the database, as gt leaves it, costs no child process', async () => {
    town.write('gastown/.beads/metadata.json', '{"database":"beads.db"}')
    town.write('gastown/.beads/config.yaml', 'prefix: gt\n')
    const check = await runOnce()
    expect([check.exitCode, askedIn(check).toSorted()]).toEqual([0, [town.root, at(rig)]])
  })
})

describe('a current town', () => {
  beforeEach(() => raise('current', true))

  it.each([
    ['broken', '{'],
    ['of a bd without a server', '{"database":"beads.db"}'],
  ])('whose own metadata is %s has nobody started, and that is said', async (_, text) => {
    town.write('.beads/metadata.json', text)
    const check = await town.run(['--once', '--json', '--dialect', 'current'])
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining('.beads/metadata.json'))
    expect(town.isUp('deacon')).toBe(false)
  })

  it('to whose rig a route leads that lost its database has that as a blind spot', async () => {
    await town.wake('deacon', WITNESS)
    rmSync(at('gastown/.beads/metadata.json'))
    const check = await runOnce()
    expect(check.exitCode).toBe(3)
    expect(reasons(check)).toContainEqual(expect.stringContaining('holds no database'))
  })
})
