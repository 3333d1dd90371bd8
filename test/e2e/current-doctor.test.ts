// A town that the gt, bd and dolt of today made, and what `doctor`, `status` and `install` say of it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { doctorSchema } from '../../src/doctor/schema.js'
import { statusSchema } from '../../src/remember/status-schema.js'
import type { CurrentTown } from '../support/current-town.js'
import { DEACON } from '../support/current-town-life.js'
import { RIG } from '../support/current-town-steps.js'
import { type Ending, runProgram } from '../support/run-check.js'
import { tmuxStage } from '../support/tmux-stage.js'
import { useCurrentTown } from '../support/use-current-town.js'

const inTown = useCurrentTown()

const run = ({ env, root }: CurrentTown, ...words: readonly string[]): Promise<Ending> =>
  runProgram(words, { env, cwd: root })

/** Types what a finding says, as somebody does who has a profile. */
const type = ({ env, base }: CurrentTown, mend: string | null | undefined): string =>
  execFileSync('/bin/sh', ['-c', mend ?? 'false'], {
    cwd: '/',
    env: { ...env, PATH: `${join(base, 'home/agent-bin')}:${env['PATH']}` },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** The findings on the town; what this machine has besides is not its. */
async function findings(town: CurrentTown) {
  const { findings: all } = doctorSchema.parse(JSON.parse((await run(town, 'doctor', '--json')).stdout))
  const machines =
    /^(no-schedule|manager-unreachable|never-checked|check-overdue|.*-missing|api-key.*|node-.*|linger.*)$/
  return all.filter(({ code }) => !machines.test(code))
}

test('a town that is well has no finding, and no byte of it is changed', async () => {
  const { town, everybodyAtWork, check } = inTown()
  await everybodyAtWork()
  const before = ['hq', RIG].map((database) => town.dolt.state(database))
  expect(await findings(town)).toEqual([])
  expect(['hq', RIG].map((database) => town.dolt.state(database))).toEqual(before)
  await check()
  expect(await findings(town)).toEqual([])
  const status = statusSchema.parse(JSON.parse((await run(town, 'status', '--json')).stdout))
  expect(status).toMatchObject({ town: { root: town.root, dialect: 'current' }, blindSpots: [], complaints: [] })
  expect(status.agents).toContainEqual(expect.objectContaining({ agent: 'deacon', state: 'alive' }))
})

test('a Dolt server that is down is told with its port, and what is said starts it again', async () => {
  const { town, everybodyAtWork } = inTown()
  await everybodyAtWork()
  town.dolt.stop()
  const [found, ...more] = await findings(town)
  expect([found?.code, more]).toEqual(['issues-silent', []])
  expect(found?.because).toContain(`the Dolt server on port ${town.dolt.port} is not heard`)
  type(town, found?.mend)
  expect(await findings(town)).toEqual([])
})

test('a wrong port, with which gt finds its own server no more, is told, and what is said mends it', async () => {
  const { town, at } = inTown()
  const file = at('.dolt-data/config.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/port: \d+/, `port: ${town.dolt.port + 1}`))
  const found = await findings(town)
  expect(found.map(({ code }) => code)).toEqual(['issues-silent', 'server-elsewhere'])
  expect(found[1]?.because).toContain(`the Dolt server is on port ${town.dolt.port} according to `)
  type(town, found[0]?.mend)
  expect(await findings(town)).toEqual([])
})

test('a port that only a file of bd says wrong is told, and what is said mends it', async () => {
  const { town, at } = inTown()
  const file = at(RIG, '.beads/metadata.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), dolt_server_port: 3306 }))
  const found = await findings(town)
  expect(found).toMatchObject([
    { code: 'server-elsewhere', because: expect.stringContaining(`3306 according to ${file}`) },
  ])
  type(town, found[0]?.mend)
  expect(await findings(town)).toEqual([])
})

test('sessions that an older gt has left on the default socket are ended by what is said', async () => {
  const { town, everybodyAtWork, session } = inTown()
  await everybodyAtWork()
  const socket = join(dirname(town.tmux.socket), 'default')
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 })
  const other = tmuxStage({ program: 'tmux', socket, env: town.env })
  other.start({ name: 'gt-mayor', folder: town.root, command: ['sleep', '600'] })
  const [found] = await findings(town)
  expect(found?.code).toBe('two-sockets')
  type(town, found?.mend)
  expect(other.sessions()).toEqual([])
  expect(session(DEACON)).toBeDefined()
  expect(await findings(town)).toEqual([])
})

test('its resident daemon is told, and what is said ends it', async () => {
  const { town } = inTown()
  town.run('gt', ['daemon', 'start'])
  const [found] = await findings(town)
  expect(found?.code).toBe('resident-daemon')
  type(town, found?.mend)
  expect((await findings(town)).map(({ code }) => code)).toEqual([])
})
