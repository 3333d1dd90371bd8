// A town that the gt, bd and dolt of today made. Here: what is told to a witness about work, and what is made of records that
// contradict each other.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEACON, WITNESS, WORKER, WRITERS } from '../support/current-town-life.js'
import { POLECAT, PREFIX, RIG, WORK, WORKER_BEAD } from '../support/current-town-steps.js'
import { useCurrentTown } from '../support/use-current-town.js'
import { waitFor } from '../support/wait-for.js'

const inTown = useCurrentTown()

const POLECAT_ADDRESS = `${RIG}/polecats/${POLECAT}`
const START_DEACON = 'start deacon done'

test('a witness is told once about work that its polecat does not move, from the bead of the work', async () => {
  const { town, everybodyAtWork, check, at, inbox } = inTown()
  await everybodyAtWork()
  town.dolt.age(RIG, { table: 'issues', id: WORK, column: 'updated_at', seconds: 31 * 60 })
  // The time of a pane's last activity is tmux's own and cannot be moved: here a second of silence is long.
  writeFileSync(at('daemon/heartbeat.config.json'), JSON.stringify({ guppAfter: '1s' }))
  const silent = (): boolean => {
    const activity = town.tmux.tmux('display-message', '-p', '-t', `=${WORKER}:`, '#{window_activity}')
    return Date.now() / 1000 - Number(activity) > 2
  }
  await waitFor('the polecat has been silent for 2 s', silent)
  expect((await check()).deeds).toEqual([`notify ${POLECAT_ADDRESS} done`])
  const letters = inbox(`${RIG}/witness`)
  expect(letters).toEqual([
    expect.objectContaining({
      created_by: 'gt-heartbeat/check',
      title: expect.stringMatching(new RegExp(`^GUPP_VIOLATION: ${WORKER_BEAD} stuck for \\d+m\\d+s$`)),
      description: expect.stringContaining(`hook_bead: ${WORK}`),
    }),
  ])
  expect(town.tmux.screen(WITNESS)).not.toContain('heard')
  expect((await check()).deeds).toEqual([])
  expect(inbox(`${RIG}/witness`)).toEqual(letters)
})

test('work of a polecat whose worktree is gone is told to its witness', async () => {
  const { everybodyAtWork, kill, check, at, inbox } = inTown()
  await everybodyAtWork()
  kill(WORKER)
  renameSync(at(RIG, 'polecats', POLECAT), at('elsewhere'))
  const { deeds } = await check()
  expect(deeds).toEqual([`notify ${POLECAT_ADDRESS} done`])
  expect(inbox(`${RIG}/witness`)).toHaveLength(1)
  expect((await check()).deeds).toEqual([])
})

test('work that is done leaves its polecat where it is', async () => {
  const { town, everybodyAtWork, kill, check } = inTown()
  await everybodyAtWork()
  town.run('bd', ['close', WORK], { cwd: town.issues })
  kill(WORKER)
  expect(await check()).toMatchObject({ exitCode: 0, deeds: [] })
})

test('rows in an envelope are read like bare ones', async () => {
  const { town, everybodyAtWork, kill, check, inbox, writes } = inTown()
  await everybodyAtWork()
  writes(WRITERS.deacon, 'LIFECYCLE: deacon requesting cycle', 'cycle')
  kill(WORKER)
  town.programs.spoil('bd', 'export BD_JSON_ENVELOPE=1\n')
  const { exitCode, deeds } = await check()
  town.programs.mend('bd')
  expect(deeds).toEqual(['cycle deacon done', `start ${POLECAT_ADDRESS} done`])
  expect(exitCode).toBe(0)
  expect(inbox('deacon/')).toEqual([])
})

/** Changes what `mayor/rigs.json` says of the rig's prefix. */
function sayPrefix(root: string, prefix: string): void {
  const path = join(root, 'mayor/rigs.json')
  const rigs = JSON.parse(readFileSync(path, 'utf8'))
  rigs.rigs[RIG].beads.prefix = prefix
  writeFileSync(path, JSON.stringify(rigs))
}

test.for(['hq', `${PREFIX}-`, 'zz'])(
  'a prefix %s that gt did not give to the rig starts nobody of it twice',
  async (prefix) => {
    const { town, everybodyAtWork, kill, check, session } = inTown()
    await everybodyAtWork()
    sayPrefix(town.root, prefix)
    kill(DEACON)
    const before = [WITNESS, WORKER].map((name) => session(name)?.id)
    const { exitCode, deeds, report } = await check()
    expect(deeds).toContain(START_DEACON)
    const agents = town.claudes().filter(({ env }) => env['GT_RIG'] === RIG)
    expect(agents).toHaveLength(2)
    expect(exitCode).not.toBe(0)
    expect(JSON.stringify([report.findings, report.blindSpots])).toContain('rigs.json')
    expect([WITNESS, WORKER].map((name) => session(name)?.id)).toEqual(before)
  },
)
