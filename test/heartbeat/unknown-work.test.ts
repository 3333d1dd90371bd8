import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { only, refuses } from '../support/stand-ins.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'

let town: FakeTown
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

/** A classic town whose polecat is down with this on its hook. */
async function raiseWith(hook: string): Promise<void> {
  town = raiseTown()
  town.addRig('gastown', { ownDatabase: true })
  town.addWorker(TOAST)
  town.setBead(TOAST, { state: 'working', hook })
  await town.wake('deacon', WITNESS)
}

describe('a hook that names an issue which bd does not know', () => {
  it.each(['gt-gone', 'no id at all', '--json'])('is a warning, and told to the witness once: %s', async (hook) => {
    await raiseWith(hook)
    const first = await check()
    expect([first.exitCode, first.blindSpots, deedsOf(first)]).toEqual([1, [], [`notify ${TOAST} done`]])
    expect(first.findings).toMatchObject([{ agent: TOAST, verdict: 'unknown-work', wantsPerson: true }])
    expect(first.findings[0]?.because).toContain(hook)
    const next = await check()
    expect([next.exitCode, next.blindSpots, deedsOf(next)]).toEqual([1, [], []])
    expect(town.mails(WITNESS).map(({ title }) => title)).toEqual([
      'UNKNOWN_WORK: gt-gastown-polecat-toast has work on its hook that bd does not know',
    ])
    expect(town.isUp(TOAST)).toBe(false)
  })

  it('is told as well when the polecat has no work folder any more', async () => {
    await raiseWith('gt-gone')
    rmSync(town.folder(TOAST), { recursive: true })
    const first = await check()
    expect([first.exitCode, deedsOf(first)]).toEqual([1, [`notify ${TOAST} done`]])
  })

  it('holds up no polecat beside it', async () => {
    await raiseWith('gt-gone')
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    town.addWorker('gastown/polecats/nux')
    town.setBead('gastown/polecats/nux', { state: 'working', hook: 'gt-w1' })
    expect(deedsOf(await check())).toEqual(['start gastown/polecats/nux done', `notify ${TOAST} done`])
  })

  it.each([
    ['fails', refuses('Error: database is locked')],
    ['prints nothing and complains of something else', 'echo "Error fetching gt-gone: locked" >&2; exit 0\n'],
  ])('is not concluded when bd %s', async (_, lines) => {
    await raiseWith('gt-gone')
    town.programs.spoil('bd', only('*show*', lines))
    const document = await check()
    expect([document.exitCode, document.actions]).toEqual([3, []])
    expect(document.blindSpots).toMatchObject([{ what: `gt-gone, hooked by ${TOAST}` }])
  })

  it('decides nothing in a current town, where the work itself tells whose hook it is on', async () => {
    town = raiseTown({ kind: 'current' })
    town.addRig('gastown')
    town.addWorker(TOAST)
    town.setBead(TOAST, { state: 'spawning', hook: 'ga-gone', updatedAt: new Date(Date.now() - 3_600_000) })
    await town.wake('deacon', WITNESS)
    const document = await check()
    expect([document.exitCode, document.blindSpots, document.actions]).toEqual([0, [], []])
  })
})
