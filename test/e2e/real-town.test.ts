// A town that the real gt and bd of the classic era made, healed by the built program; agents are played by a small program
// named `claude`. Here: who is down is brought back. What needs no real gt or bd is tested in test/heartbeat.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEACON, WITNESS, WORKER, WORKER_BEAD } from '../support/real-town-life.js'
import { FROM_PROFILE } from '../support/real-town-place.js'
import { OTHER_RIG, POLECAT, RIG, WORK } from '../support/real-town-steps.js'
import { useRealTown } from '../support/use-real-town.js'

const inTown = useRealTown()

test('a deacon and a witness whose sessions were killed run again, in their folders and with their identities', async () => {
  const { everybodyAtWork, kill, check, at, session } = inTown()
  await everybodyAtWork()
  kill(DEACON, WITNESS)
  const { exitCode, deeds, agents } = await check()
  expect(deeds).toEqual(['start deacon done', `start ${RIG}/witness done`])
  expect(exitCode).toBe(0)
  const deacon = agents.find(({ env }) => env['GT_ROLE'] === 'deacon')
  const witness = agents.find(({ env }) => env['GT_ROLE'] === 'witness')
  expect(deacon).toMatchObject({ cwd: at('deacon'), args: ['--dangerously-skip-permissions'] })
  expect(deacon?.env).toMatchObject({ BD_ACTOR: 'deacon', SECRET_OF_THE_USER: FROM_PROFILE })
  expect(witness).toMatchObject({ cwd: at(RIG, 'witness'), args: ['--dangerously-skip-permissions'] })
  expect(witness?.env).toMatchObject({ GT_RIG: RIG, BD_ACTOR: `${RIG}/witness`, SECRET_OF_THE_USER: FROM_PROFILE })
  expect(deacon?.env).not.toHaveProperty('GT_RIG')
  expect(session(DEACON)?.panePid).toBe(deacon?.pid)
  expect(session(WITNESS)?.panePid).toBe(witness?.pid)
  const after = await check()
  expect(after.deeds).toEqual([])
  expect(after.exitCode).toBe(0)
})

test('a town in which nobody runs is brought up whole by one check', async () => {
  const { check, at } = inTown()
  const { deeds, exitCode } = await check()
  const witnesses = [`start ${RIG}/witness done`, `start ${OTHER_RIG}/witness done`]
  expect(deeds).toEqual(['start deacon done', `start ${RIG}/polecats/${POLECAT} done`, ...witnesses])
  expect(exitCode).toBe(0)
  expect(existsSync(at('deacon'))).toBe(true)
  expect((await check()).deeds).toEqual([])
})

test('a polecat whose session was killed is back at its work, and its worktree is as it was', async () => {
  const { town, everybodyAtWork, kill, check, at } = inTown()
  await everybodyAtWork()
  const tree = at(RIG, 'polecats', POLECAT)
  const git = (...words: readonly string[]): string => town.run('git', words, { cwd: tree })
  writeFileSync(join(tree, 'pump.txt'), 'half mended\n')
  git('add', 'pump.txt')
  git('commit', '-q', '-m', 'Begin with the pump')
  writeFileSync(join(tree, 'pump.txt'), 'nearly mended\n')
  const state = (): readonly string[] => [git('rev-parse', 'HEAD'), git('status', '--porcelain', '-b'), git('diff')]
  const before = state()
  kill(WORKER)
  const { exitCode, deeds, agents } = await check()
  expect(deeds).toEqual([`start ${RIG}/polecats/${POLECAT} done`])
  expect(exitCode).toBe(0)
  expect(state()).toEqual(before)
  expect(agents).toHaveLength(1)
  expect(agents[0]?.cwd).toBe(tree)
  expect(agents[0]?.env).toMatchObject({
    GT_ROLE: 'polecat',
    GT_RIG: RIG,
    GT_POLECAT: POLECAT,
    BD_ACTOR: `${RIG}/polecats/${POLECAT}`,
    BEADS_DIR: at(RIG, '.beads'),
    BEADS_NO_DAEMON: '1',
    BEADS_AGENT_NAME: `${RIG}/${POLECAT}`,
    SECRET_OF_THE_USER: FROM_PROFILE,
  })
})

test('a polecat whose work is closed is left down', async () => {
  const { town, everybodyAtWork, kill, check } = inTown()
  await everybodyAtWork()
  town.run('bd', ['close', WORK], { cwd: town.issues })
  kill(WORKER)
  const { deeds, agents } = await check()
  expect(deeds).toEqual([])
  expect(agents).toEqual([])
})

test('a dry run says what the check after it does, and changes no record, session or file', async () => {
  const { town, everybodyAtWork, kill, check, at, bead } = inTown()
  await everybodyAtWork()
  kill(DEACON, WORKER)
  mkdirSync(at('daemon'), { recursive: true })
  const seen = (): unknown => [town.tmux.sessions(), bead(town.issues, WORKER_BEAD), existsSync(at('daemon/heartbeat'))]
  const before = seen()
  const dry = await check('--dry-run')
  expect(seen()).toEqual(before)
  const { report } = await check()
  const said = dry.report.actions.map(({ kind, agent, because }) => ({ kind, agent, because }))
  expect(report.actions.map(({ kind, agent, because }) => ({ kind, agent, because }))).toEqual(said)
  expect(said).toHaveLength(2)
})
