// A town that the gt, bd and dolt of today made, healed by the built program; agents are played by a small program named
// `claude`. Here: who is down is brought back, and the real gt agrees. What needs no real gt is tested in test/heartbeat.
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DEACON, WITNESS, WORKER } from '../support/current-town-life.js'
import { POLECAT, RIG, WORK, WORKER_BEAD } from '../support/current-town-steps.js'
import { processesOf } from '../support/leftovers.js'
import { FROM_PROFILE } from '../support/real-town-place.js'
import { only, refuses } from '../support/stand-ins.js'
import { ageMemory } from '../support/time-travel.js'
import { useCurrentTown } from '../support/use-current-town.js'
import { waitFor } from '../support/wait-for.js'

const inTown = useCurrentTown()

const START_DEACON = 'start deacon done'
const START_WITNESS = `start ${RIG}/witness done`
const START_POLECAT = `start ${RIG}/polecats/${POLECAT} done`
const EVERYBODY = [START_DEACON, START_POLECAT, START_WITNESS]

test('who was killed is back after one check, one after the other and all at once, and the real gt agrees', async () => {
  const { town, everybodyAtWork, kill, check, session, polecats, hook } = inTown()
  await everybodyAtWork()
  const one = [
    { name: DEACON, deed: START_DEACON },
    { name: WITNESS, deed: START_WITNESS },
    { name: WORKER, deed: START_POLECAT },
  ]
  for (const { name, deed } of one) {
    kill(name)
    const { exitCode, deeds } = await check()
    expect(deeds).toEqual([deed])
    expect(exitCode).toBe(0)
    expect(session(name)).toBeDefined()
  }
  ageMemory(town.root, 31 * 60)
  kill(DEACON, WITNESS, WORKER)
  expect(await check()).toMatchObject({ exitCode: 0, deeds: EVERYBODY })
  expect(polecats()).toEqual([expect.objectContaining({ name: POLECAT, issue: WORK, session_running: true })])
  expect(hook()).toBe(WORK)
  const status = town.run('gt', ['status'])
  for (const line of [/deacon\s+●/, /witness\s+●/, new RegExp(`${POLECAT}\\s+●`)]) expect(status).toMatch(line)
  expect(await check()).toMatchObject({ exitCode: 0, deeds: [] })
})

test('a town in which nobody runs is brought up by one check: its deacon, witness and polecat, and nobody else', async () => {
  const { town, check, at } = inTown()
  const { exitCode, deeds, agents } = await check()
  expect(deeds).toEqual(EVERYBODY)
  expect(exitCode).toBe(0)
  expect(
    town.tmux
      .sessions()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([WORKER, WITNESS, DEACON])
  const roles = agents.map(({ env, cwd }) => [env['GT_ROLE'], cwd]).sort()
  expect(roles).toEqual([
    ['deacon', at('deacon')],
    [`${RIG}/polecats/${POLECAT}`, at(RIG, 'polecats', POLECAT, RIG)],
    [`${RIG}/witness`, at(RIG, 'witness')],
  ])
  for (const { env } of agents) {
    // The check itself was run without what the user's profile exports.
    expect(env).toMatchObject({ SECRET_OF_THE_USER: FROM_PROFILE, GT_DOLT_PORT: String(town.dolt.port) })
    expect(env['GT_SESSION']).toMatch(/^(hq-deacon|de-witness|de-rust)$/)
  }
  expect(await check()).toMatchObject({ exitCode: 0, deeds: [] })
})

test('a session whose agent has ended is replaced, and nothing of the old one is left', async () => {
  const { town, everybodyAtWork, check, at, session } = inTown()
  await everybodyAtWork()
  const old = session(WITNESS)
  // A minute is the usual grace.
  writeFileSync(at('daemon/heartbeat.config.json'), JSON.stringify({ zombieGrace: '1s' }))
  town.tmux.tmux('respawn-pane', '-k', '-t', `=${WITNESS}:`, 'sh')
  const shell = session(WITNESS)?.panePid
  const deeds = await waitFor('the check replaces it', async () => {
    const { deeds } = await check()
    return deeds.length > 0 && deeds
  })
  expect(deeds).toEqual([START_WITNESS])
  expect(session(WITNESS)?.id).not.toBe(old?.id)
  expect(processesOf(town.base).map(({ pid }) => pid)).not.toContain(shell)
  expect(town.run('gt', ['status'])).toMatch(/witness\s+●/)
})

test('of a polecat that gt cannot bring back its witness hears once, and no key is typed', async () => {
  const { town, everybodyAtWork, kill, check, inbox } = inTown()
  await everybodyAtWork()
  kill(WORKER)
  town.programs.spoil('gt', only('session\\ *', refuses('Error: starting session: it died during startup')))
  const { deeds, exitCode } = await check()
  expect(deeds).toEqual([`notify ${RIG}/polecats/${POLECAT} done`, `start ${RIG}/polecats/${POLECAT} failed`])
  expect(exitCode).toBe(2)
  const letters = inbox(`${RIG}/witness`)
  expect(letters).toEqual([
    expect.objectContaining({
      title: `CRASHED_POLECAT: ${RIG}/${POLECAT} restart failed`,
      created_by: 'gt-heartbeat/check',
    }),
  ])
  expect(town.tmux.screen(WITNESS)).not.toContain('heard')
  ageMemory(town.root, 31)
  await check()
  expect(inbox(`${RIG}/witness`)).toEqual(letters)
  town.programs.mend('gt')
})

test('a polecat without a session whose work was slung to another one is left alone, whatever its own bead still says', async () => {
  const { town, everybodyAtWork, kill, check, polecats } = inTown()
  await everybodyAtWork()
  kill(WORKER)
  // What the daemon of today does with the work of a polecat that died.
  town.run('gt', ['sling', WORK, RIG, '--no-boot', '--force'])
  const [other] = polecats().filter(({ issue }) => issue === WORK)
  expect(other?.name).not.toBe(POLECAT)
  expect(town.run('bd', ['show', WORKER_BEAD], { cwd: town.root })).toContain(`hook_bead: ${WORK}`)
  expect(await check()).toMatchObject({ exitCode: 0, deeds: [] })
})
