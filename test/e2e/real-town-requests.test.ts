// A town that the real gt and bd of the classic era made. Here: mail to the deacon, sent by the real gt.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processesOf } from '../support/leftovers.js'
import { WITNESS, WORKER, WRITERS } from '../support/real-town-life.js'
import { POLECAT, RIG, WORK } from '../support/real-town-steps.js'
import { useRealTown } from '../support/use-real-town.js'
import { waitFor } from '../support/wait-for.js'

const inTown = useRealTown()

test('a cycle request of the witness gives exactly one new session, a closed mail and a cleared flag', async () => {
  const { town, everybodyAtWork, check, at, session, inbox, bead, raiseFlags, writes } = inTown()
  await everybodyAtWork()
  const state = at(RIG, 'witness/state.json')
  const before = readFileSync(state, 'utf8')
  const old = session(WITNESS)
  raiseFlags(state, { requesting_cycle: true, requesting_time: new Date().toISOString() })
  writes(WRITERS.witness, `LIFECYCLE: ${RIG}/witness requesting cycle`, 'cycle --reason "context 80% full"')
  const [letter] = inbox('deacon/')
  expect(letter?.from).toBe(`${RIG}/witness`)
  const { exitCode, deeds, agents } = await check()
  expect(deeds).toEqual([`cycle ${RIG}/witness done`])
  expect(exitCode).toBe(0)
  expect(agents).toHaveLength(1)
  expect(agents[0]?.env).toMatchObject({ GT_ROLE: 'witness', GT_RIG: RIG, BD_ACTOR: `${RIG}/witness` })
  expect(agents[0]?.cwd).toBe(at(RIG, 'witness'))
  expect(session(WITNESS)?.panePid).toBe(agents[0]?.pid)
  expect(session(WITNESS)?.id).not.toBe(old?.id)
  expect(processesOf(town.base).map(({ pid }) => pid)).not.toContain(old?.panePid)
  expect(bead(town.root, letter?.id ?? '').status).toBe('closed')
  expect(inbox('deacon/')).toEqual([])
  expect(readFileSync(state, 'utf8').trimEnd()).toBe(before)
  const after = await check()
  expect(after.deeds).toEqual([])
  expect(session(WITNESS)?.panePid).toBe(agents[0]?.pid)
})

test('a request without its flag stays where it is, and its session too', async () => {
  const { everybodyAtWork, check, session, inbox, writes } = inTown()
  await everybodyAtWork()
  const old = session(WITNESS)
  writes(WRITERS.witness, 'LIFECYCLE: witness requesting restart', 'restart')
  const { exitCode, deeds, report } = await check()
  expect(deeds).toEqual([])
  expect(report.findings).toEqual([expect.objectContaining({ verdict: 'refused', agent: `${RIG}/witness` })])
  expect(exitCode).toBe(1)
  expect(session(WITNESS)?.id).toBe(old?.id)
  expect(inbox('deacon/')).toHaveLength(1)
})

test('each role is understood in the form in which gt writes its name', async () => {
  const { town, everybodyAtWork, check, at, inbox, raiseFlags, writes } = inTown()
  await everybodyAtWork()
  town.run('gt', ['mayor', 'start'])
  town.run('gt', ['refinery', 'start', RIG])
  await waitFor('six agents run', () => town.claudes().length === 6)
  const wishes = { mayor: 'shutdown', deacon: 'cycle', refinery: 'restart', polecat: 'cycle' } as const
  const places = { mayor: 'mayor', deacon: 'deacon', refinery: `${RIG}/refinery`, polecat: WRITERS.polecat.folder }
  for (const [role, wish] of Object.entries(wishes) as [keyof typeof wishes, string][]) {
    raiseFlags(at(places[role], 'state.json'), { [`requesting_${wish}`]: true })
    writes(WRITERS[role], `LIFECYCLE: ${role} requesting ${wish}`, `Action: ${wish}\nReason: tired`)
  }
  expect(inbox('deacon/').map(({ from }) => from)).toEqual([
    `${RIG}/${POLECAT}`,
    `${RIG}/refinery`,
    'deacon/',
    'mayor/',
  ])
  const { exitCode, deeds } = await check()
  const polecat = `cycle ${RIG}/polecats/${POLECAT} done`
  expect(deeds).toEqual(['cycle deacon done', polecat, `restart ${RIG}/refinery done`, 'shutdown mayor done'].sort())
  expect(exitCode).toBe(0)
  expect(inbox('deacon/')).toEqual([])
  expect((await check()).deeds).toEqual([])
})

test('the worktree of a refinery that asks for a restart follows its remote', async () => {
  const { town, everybodyAtWork, check, at, raiseFlags, writes } = inTown()
  await everybodyAtWork()
  town.run('gt', ['refinery', 'start', RIG])
  await waitFor('five agents run', () => town.claudes().length === 5)
  const first = { cwd: join(town.base, 'first') }
  town.run('git', ['commit', '-q', '--allow-empty', '-m', 'News'], first)
  town.run('git', ['push', '-q', join(town.base, 'origin'), 'main'], first)
  raiseFlags(at(RIG, 'refinery/state.json'), { requesting_restart: true })
  writes(WRITERS.refinery, 'LIFECYCLE: refinery requesting restart', 'restart')
  expect((await check()).deeds).toEqual([`restart ${RIG}/refinery done`])
  const head = town.run('git', ['log', '-1', '--format=%s'], { cwd: at(RIG, 'refinery/rig') })
  expect(head.trim()).toBe('News')
})

test('a polecat that was announced by mail is told to begin, once', async () => {
  const { town, everybodyAtWork, check, at, inbox, writes } = inTown()
  await everybodyAtWork()
  const screen = (): string => town.tmux.screen(WORKER)
  await waitFor('the polecat shows its prompt', () => /^> $/m.test(`${screen().trimEnd()} `))
  writes(WRITERS.mayor, `POLECAT_STARTED ${RIG}/${POLECAT}`, `Issue: ${WORK}\nSession: ${WORKER}`)
  const { deeds } = await check()
  expect(deeds).toContain(`trigger-spawn ${RIG}/polecats/${POLECAT} done`)
  await waitFor('it has heard that', () => screen().includes('heard: Begin.'))
  expect(inbox('deacon/')).toEqual([])
  expect(readFileSync(at('spawn/pending.json'), 'utf8').trim()).toMatch(/^(null|\[\])$/)
  expect((await check()).deeds).toEqual([])
  expect(screen().match(/heard: /g)).toHaveLength(1)
})
