// A town that the gt, bd and dolt of today made. Here: what keeps a check from starting anybody, as people set it with gt, and a
// Dolt server that does not answer.
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { DEACON, WITNESS, WORKER, WRITERS } from '../support/current-town-life.js'
import { POLECAT, RIG } from '../support/current-town-steps.js'
import { processesOf } from '../support/leftovers.js'
import { useCurrentTown } from '../support/use-current-town.js'

const inTown = useCurrentTown()

const verdictOf = (report: { findings: readonly { agent: string | null; verdict: string }[] }, agent: string) =>
  report.findings.filter((finding) => finding.agent === agent).map(({ verdict }) => verdict)

const POLECAT_ADDRESS = `${RIG}/polecats/${POLECAT}`
const WITNESS_ADDRESS = `${RIG}/witness`
const START_DEACON = 'start deacon done'

test.for([
  ['parked', ['rig', 'park', RIG], ['rig', 'unpark', RIG]],
  ['docked', ['rig', 'dock', RIG], ['rig', 'undock', RIG]],
] as const)(
  'of a rig that is %s nobody is started, and the reason is said, until it is so no more',
  async ([, stop, go]) => {
    const { town, everybodyAtWork, kill, check, session } = inTown()
    await everybodyAtWork()
    town.run('gt', stop)
    kill(...[DEACON, WITNESS, WORKER].filter((name) => session(name)))
    const { deeds, report } = await check()
    expect(deeds).toEqual([START_DEACON])
    expect(verdictOf(report, WITNESS_ADDRESS)).toEqual(['restrained'])
    expect(verdictOf(report, POLECAT_ADDRESS)).toEqual(['restrained'])
    expect(JSON.stringify(report.findings)).toContain(stop[1] === 'park' ? 'parked' : 'docked')
    expect(session(WITNESS)).toBeUndefined()
    town.run('gt', go)
    expect((await check()).deeds).toEqual([`start ${POLECAT_ADDRESS} done`, `start ${WITNESS_ADDRESS} done`])
  },
)

test('while gt estop holds the town nobody is started, and the reason is said', async () => {
  const { town, everybodyAtWork, kill, check, session } = inTown()
  await everybodyAtWork()
  town.run('gt', ['estop', '-r', 'closing the laptop'])
  kill(DEACON, WORKER)
  const { exitCode, report, agents } = await check()
  expect(report.gate).toMatchObject({ open: false, reason: 'estop' })
  expect(exitCode).toBe(0)
  expect(agents).toEqual([])
  expect(session(DEACON)).toBeUndefined()
  expect(session(WITNESS)).toBeDefined()
  town.run('gt', ['thaw'])
  expect((await check()).deeds).toEqual([START_DEACON, `start ${POLECAT_ADDRESS} done`])
})

test('while gt estop holds one rig nobody of it is started', async () => {
  const { town, everybodyAtWork, kill, check, session } = inTown()
  await everybodyAtWork()
  town.run('gt', ['estop', '--rig', RIG])
  kill(DEACON, WITNESS, WORKER)
  const { deeds, report } = await check()
  expect(deeds).toEqual([START_DEACON])
  expect(verdictOf(report, WITNESS_ADDRESS)).toEqual(['restrained'])
  expect(session(WORKER)).toBeUndefined()
})

test('an agent whose patrol is disabled is left alone, neither started nor killed', async () => {
  const { everybodyAtWork, kill, check, at, session } = inTown()
  await everybodyAtWork()
  const path = at('mayor/daemon.json')
  const config = JSON.parse(readFileSync(path, 'utf8'))
  config.patrols.witness.enabled = false
  config.patrols.deacon.enabled = false
  writeFileSync(path, JSON.stringify(config, null, 2))
  kill(WITNESS)
  const deacon = session(DEACON)
  const { deeds, report } = await check()
  expect(deeds).toEqual([])
  expect(verdictOf(report, WITNESS_ADDRESS)).toEqual(['restrained'])
  expect(JSON.stringify(report.findings)).toMatch(/patrol/)
  expect(session(WITNESS)).toBeUndefined()
  expect(session(DEACON)?.id).toBe(deacon?.id)
})

test('a paused deacon that is dead is left alone, and the reason is said', async () => {
  const { town, everybodyAtWork, kill, check, session } = inTown()
  await everybodyAtWork()
  town.run('gt', ['deacon', 'pause'])
  kill(DEACON)
  const { deeds, report } = await check()
  expect(deeds).toEqual([])
  expect(verdictOf(report, 'deacon')).toEqual(['restrained'])
  expect(session(DEACON)).toBeUndefined()
  town.run('gt', ['deacon', 'resume'])
  expect((await check()).deeds).toEqual([START_DEACON])
})

const paused: number[] = []
function pause(pid: number): void {
  paused.push(pid)
  process.kill(pid, 'SIGSTOP')
}
function resume(): void {
  for (const pid of paused.splice(0)) process.kill(pid, 'SIGCONT')
}
afterEach(resume)

const doltServers = (base: string): readonly number[] =>
  processesOf(base)
    .filter(({ command }) => /dolt.* sql-server/.test(command))
    .map(({ pid }) => pid)

test.for(['is down', 'does not answer', 'answers on another port'])(
  'with a Dolt server that %s a check is blind and starts and stops nobody, and no server',
  async (state) => {
    const { town, everybodyAtWork, kill, check, at, session, writes } = inTown()
    await everybodyAtWork()
    writes(WRITERS.witness, 'LIFECYCLE: witness requesting cycle', 'cycle')
    kill(DEACON, WORKER)
    const witness = session(WITNESS)
    const before = doltServers(town.base)
    const config = at('.dolt-data/config.yaml')
    const kept = readFileSync(config, 'utf8')
    if (state === 'is down') town.dolt.stop()
    if (state === 'does not answer') pause(town.dolt.pid())
    if (state === 'answers on another port') writeFileSync(config, kept.replace(/port: \d+/, 'port: 19999'))
    const { exitCode, report, deeds, agents, ms } = await check()
    expect(exitCode).toBe(3)
    expect(report.blindSpots.map(({ what }) => what)).not.toEqual([])
    expect(deeds).toEqual([])
    expect(agents).toEqual([])
    expect(session(WITNESS)?.id).toBe(witness?.id)
    expect(ms).toBeLessThan(60_000)
    expect(doltServers(town.base)).toEqual(state === 'is down' ? [] : before)
    resume()
    writeFileSync(config, kept)
    if (state === 'is down') town.dolt.start()
    const after = await check()
    expect(after.deeds).toEqual([`cycle ${WITNESS_ADDRESS} done`, START_DEACON, `start ${POLECAT_ADDRESS} done`])
    expect(after.exitCode).toBe(0)
  },
)

test('with a Dolt server that takes no writes a request is carried out once, and its mail goes when it takes them again', async () => {
  const { town, everybodyAtWork, check, session, inbox, writes } = inTown()
  await everybodyAtWork()
  writes(WRITERS.witness, 'LIFECYCLE: witness requesting cycle', 'cycle')
  town.dolt.stop()
  const end = await town.dolt.startReadOnly()
  const { exitCode, deeds, report } = await check()
  expect(exitCode).toBe(3)
  expect(deeds).toEqual([`cycle ${WITNESS_ADDRESS} done`])
  expect(report.actions[0]?.error).toContain('its mail is still there')
  const renewed = session(WITNESS)?.id
  await check()
  expect(inbox('deacon/')).toHaveLength(1)
  await end()
  town.dolt.start()
  await check()
  expect(inbox('deacon/')).toEqual([])
  expect(session(WITNESS)?.id).toBe(renewed)
  expect(town.claudes().filter(({ env }) => env['GT_ROLE'] === WITNESS_ADDRESS)).toHaveLength(2)
})

test('a Dolt server that goes and comes during a check harms nobody', async () => {
  const { town, everybodyAtWork, kill, check, session } = inTown()
  await everybodyAtWork()
  kill(WORKER)
  const before = [DEACON, WITNESS].map((name) => session(name)?.id)
  // The town's own question is answered, then the server is gone.
  town.programs.spoil('bd', `work "$@"; status=$?; kill -STOP ${town.dolt.pid()}; exit $status\n`)
  const { exitCode, agents } = await check()
  process.kill(town.dolt.pid(), 'SIGCONT')
  town.programs.mend('bd')
  expect([0, 3]).toContain(exitCode)
  expect(agents.length).toBeLessThanOrEqual(1)
  expect([DEACON, WITNESS].map((name) => session(name)?.id)).toEqual(before)
  await check()
  expect(session(WORKER)).toBeDefined()
  expect((await check()).exitCode).toBe(0)
})
