// A town that the real gt and bd of the classic era made. Here: records that are changed and mail that is sent.
import { rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WORKER, WORKER_BEAD } from '../support/real-town-life.js'
import { POLECAT, RIG, WORK } from '../support/real-town-steps.js'
import { ageMemory, ageRecord } from '../support/time-travel.js'
import { useRealTown } from '../support/use-real-town.js'
import { waitFor } from '../support/wait-for.js'

const inTown = useRealTown()

test('a bead that says working, without a session in two checks a minute apart, is marked dead and else unchanged', async () => {
  const { town, python, everybodyAtWork, check, bead } = inTown()
  await everybodyAtWork()
  const { description } = bead(town.issues, 'gt-mayor')
  const working = `${description.replace('agent_state: idle', 'agent_state: working')}\n-odd: "line"  \nlast_words: none`
  town.run('bd', ['update', 'gt-mayor', `--description=${working}`], { cwd: town.issues })
  ageRecord(python, { folder: town.issues, id: 'gt-mayor', column: 'updated_at' }, 16 * 60)
  expect((await check()).deeds).toEqual([])
  expect((await check()).deeds).toEqual([])
  ageMemory(town.root, 61)
  const { exitCode, deeds } = await check()
  expect(deeds).toEqual(['mark-dead mayor done'])
  expect(exitCode).toBe(0)
  const marked = bead(town.issues, 'gt-mayor').description
  const expected = working.replace('agent_state: working', 'agent_state: dead')
  expect(marked.startsWith(expected)).toBe(true)
  expect(marked.slice(expected.length)).toMatch(/^\s*\S.*\d{4}-\d\d-\d\d.*\s*$/)
  ageMemory(town.root, 61)
  expect((await check()).deeds).toEqual([])
  expect(bead(town.issues, 'gt-mayor').description).toBe(marked)
})

test('the notice about stuck work reaches the witness once, from the checker', async () => {
  const { town, python, everybodyAtWork, check, at, inbox } = inTown()
  await everybodyAtWork()
  ageRecord(python, { folder: town.issues, id: WORKER_BEAD, column: 'updated_at' }, 31 * 60)
  // The time of a pane's last activity is tmux's own and cannot be moved: here a second of silence is long.
  writeFileSync(at('daemon/heartbeat.config.json'), JSON.stringify({ guppAfter: '1s' }))
  const silent = (): boolean => {
    const activity = town.tmux.tmux('display-message', '-p', '-t', `=${WORKER}:`, '#{window_activity}')
    return Date.now() / 1000 - Number(activity) > 2
  }
  await waitFor('the polecat has been silent for 2 s', silent)
  expect((await check()).deeds).toContain(`notify ${RIG}/polecats/${POLECAT} done`)
  const letters = inbox(`${RIG}/witness`)
  expect(letters).toEqual([
    expect.objectContaining({
      from: 'gt-heartbeat/check',
      subject: expect.stringMatching(new RegExp(`^GUPP_VIOLATION: ${WORKER_BEAD} stuck for \\d+m0s$`)),
      body: expect.stringContaining(`hook_bead: ${WORK}`),
    }),
  ])
  await waitFor('the polecat has been silent for 2 s', silent)
  expect((await check()).deeds).toEqual([])
  expect(inbox(`${RIG}/witness`)).toEqual(letters)
})

test('of a polecat that cannot be started its witness hears that it crashed and, once it is marked dead, that its work is orphaned', async () => {
  const { town, python, everybodyAtWork, kill, check, at, inbox } = inTown()
  await everybodyAtWork()
  kill(WORKER)
  rmSync(at(RIG, 'polecats', POLECAT, '.git'))
  ageRecord(python, { folder: town.issues, id: WORKER_BEAD, column: 'updated_at' }, 16 * 60)
  const polecat = `${RIG}/polecats/${POLECAT}`
  expect((await check()).deeds).toEqual([`notify ${polecat} done`])
  ageMemory(town.root, 61)
  expect((await check()).deeds).toEqual([`mark-dead ${polecat} done`])
  expect((await check()).deeds).toEqual([`notify ${polecat} done`])
  ageMemory(town.root, 61)
  const { exitCode, deeds } = await check()
  expect(deeds).toEqual([])
  expect(exitCode).toBe(1)
  expect(inbox(`${RIG}/witness`).map(({ from, subject }) => `${from}: ${subject}`)).toEqual([
    `gt-heartbeat/check: ORPHANED_WORK: ${WORKER_BEAD} has hooked work but is dead`,
    `gt-heartbeat/check: CRASHED_POLECAT: ${RIG}/${POLECAT} restart failed`,
  ])
})
