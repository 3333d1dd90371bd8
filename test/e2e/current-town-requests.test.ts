// A town that the gt, bd and dolt of today made. Here: mail to the deacon, sent by the real gt, in which agents ask for a cycle, a
// restart or a shutdown. The daemon of today deletes such mail and does nothing (current-town-company.test.ts).
import { expect, test } from 'vitest'
import { DEACON, MAYOR, MEMBER, REFINERY, WITNESS, WORKER, WRITERS } from '../support/current-town-life.js'
import { CREW, POLECAT, RIG } from '../support/current-town-steps.js'
import { processesOf } from '../support/leftovers.js'
import { useCurrentTown } from '../support/use-current-town.js'
import { waitFor } from '../support/wait-for.js'

const inTown = useCurrentTown()

type Role = keyof typeof WRITERS

const ADDRESS: Readonly<Record<Role, string>> = {
  mayor: 'mayor',
  deacon: 'deacon',
  witness: `${RIG}/witness`,
  refinery: `${RIG}/refinery`,
  crew: `${RIG}/crew/${CREW}`,
  polecat: `${RIG}/polecats/${POLECAT}`,
}
const SESSION: Readonly<Record<Role, string>> = {
  mayor: MAYOR,
  deacon: DEACON,
  witness: WITNESS,
  refinery: REFINERY,
  crew: MEMBER,
  polecat: WORKER,
}
const ROLES = Object.keys(ADDRESS) as readonly Role[]

async function everybodyAndMore(): Promise<void> {
  const { town, everybodyAtWork } = inTown()
  await everybodyAtWork()
  town.run('gt', ['mayor', 'start'])
  town.run('gt', ['refinery', 'start', RIG])
  town.run('gt', ['crew', 'start', RIG, CREW])
  await waitFor('six agents run', () => town.claudes().length === 6)
}

test.for(['cycle', 'restart'])(
  'a %s that each role asks for gives each one new session, and its mail is gone',
  async (wish) => {
    const { town, check, session, inbox, writes } = inTown()
    await everybodyAndMore()
    const old = new Map(ROLES.map((role) => [role, session(SESSION[role])]))
    for (const role of ROLES)
      writes(WRITERS[role], `LIFECYCLE: ${role} requesting ${wish}`, JSON.stringify({ action: wish }))
    const { exitCode, deeds, agents } = await check()
    expect(deeds).toEqual(ROLES.map((role) => `${wish} ${ADDRESS[role]} done`).sort())
    expect(exitCode).toBe(0)
    expect(agents).toHaveLength(6)
    expect(inbox('deacon/')).toEqual([])
    for (const role of ROLES) {
      const now = session(SESSION[role])
      expect(now?.id, role).toMatch(/^\$\d+$/)
      expect(now?.id, role).not.toBe(old.get(role)?.id)
      expect(processesOf(town.base).map(({ pid }) => pid)).not.toContain(old.get(role)?.panePid)
    }
    expect(await check()).toMatchObject({ exitCode: 0, deeds: [] })
    expect(town.claudes()).toHaveLength(12)
  },
)

test('who asks for a shutdown is shut down and stays down', async () => {
  const { check, session, inbox, writes } = inTown()
  await everybodyAndMore()
  for (const role of ROLES)
    writes(WRITERS[role], `LIFECYCLE: ${role} requesting shutdown`, 'Action: shutdown\nReason: tired')
  const { exitCode, deeds, agents } = await check()
  expect(deeds).toEqual(ROLES.map((role) => `shutdown ${ADDRESS[role]} done`).sort())
  expect(exitCode).toBe(0)
  expect(agents).toEqual([])
  expect(inbox('deacon/')).toEqual([])
  for (const role of ROLES) expect(session(SESSION[role]), role).toBeUndefined()
  expect((await check()).deeds).toEqual([])
  for (const role of ROLES) expect(session(SESSION[role]), role).toBeUndefined()
})

test('of several requests of one agent the newest is carried out and the others are superseded', async () => {
  const { everybodyAtWork, check, session, inbox, writes } = inTown()
  await everybodyAtWork()
  for (const wish of ['shutdown', 'cycle', 'restart']) {
    writes(WRITERS.witness, `LIFECYCLE: witness requesting ${wish}`, `{"action":"${wish}"}`)
    // bd rounds to whole seconds: of two mails of one second nobody can say which came first.
    const sent = Math.max(...inbox('deacon/').map(({ created_at }) => Date.parse(created_at)))
    await waitFor('another second is there', () => Date.now() > sent + 600)
  }
  const old = session(WITNESS)
  const { deeds, report, exitCode } = await check()
  expect(deeds.filter((deed) => deed.startsWith('restart'))).toEqual([`restart ${RIG}/witness done`])
  expect(deeds.filter((deed) => /^(shutdown|cycle)/.test(deed))).toEqual([])
  const superseded = report.actions.filter(({ because }) => because.startsWith('superseded by the restart'))
  expect(superseded.map(({ agent, outcome }) => `${agent} ${outcome}`)).toEqual([
    `${RIG}/witness done`,
    `${RIG}/witness done`,
  ])
  expect(exitCode).toBe(0)
  expect(inbox('deacon/')).toEqual([])
  expect(session(WITNESS)?.id).not.toBe(old?.id)
  expect(await check()).toMatchObject({ exitCode: 0, deeds: [] })
})

test('a storm of requests of twenty agents is carried out, each once', { timeout: 180_000 }, async () => {
  const { town, everybodyAtWork, check, inbox, at } = inTown()
  await everybodyAtWork()
  const names = Array.from({ length: 18 }, (_, nth) => `c${nth}`)
  town.run('gt', ['crew', 'add', ...names, '--rig', RIG])
  const crew = [CREW, ...names].map((name) => ({ who: `${RIG}/crew/${name}`, folder: at(RIG, 'crew', name) }))
  // Twenty with the witness: started as tmux would, since gt takes a second for each.
  town.run('gt', ['crew', 'start', RIG, '--all'])
  await waitFor('twenty-two agents run', () => town.claudes().length === 22, 60_000)
  const storm = [...crew, { who: `${RIG}/witness`, folder: at(RIG, 'witness') }]
  expect(storm).toHaveLength(20)
  for (const { who, folder } of storm) {
    const words = ['mail', 'send', 'deacon/', '-s', 'LIFECYCLE: requesting cycle', '-m', 'cycle', '--no-notify']
    town.run('gt', words, { cwd: folder, env: { GT_ROLE: who, BD_ACTOR: who } })
  }
  const done: string[] = []
  for (let checks = 0; checks < 6 && inbox('deacon/').length > 0; checks++) {
    const { deeds } = await check()
    done.push(...deeds.filter((deed) => deed.startsWith('cycle') && deed.endsWith('done')))
  }
  expect(done.sort()).toEqual(storm.map(({ who }) => `cycle ${who} done`).sort())
  expect(inbox('deacon/')).toEqual([])
  expect(town.claudes()).toHaveLength(42)
  expect(await check()).toMatchObject({ exitCode: 0, deeds: [] })
})
