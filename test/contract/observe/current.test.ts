import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decide } from '../../../src/decide.js'
import { ageOf } from '../../../src/domain/conditions.js'
import type { Snapshot } from '../../../src/domain/snapshot.js'
import { digest } from '../../support/digest.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { inWords } from '../../support/plan-words.js'
import { only, prose, refuses, silence } from '../../support/stand-ins.js'
import { look, sightOf } from './look.js'

let town: FakeTown

beforeEach(() => {
  town = raiseTown({ kind: 'current' })
})
afterEach(() => town.end())

const WITNESS = 'demo/witness'
const REFINERY = 'demo/refinery'
const RUST = 'demo/polecats/rust'
const WORK = { id: 'de-e4b', title: 'Fix the thing', status: 'hooked', assignee: RUST }

const asked = ['bd', 'gt', 'ps', 'tmux']
const calls = () =>
  town.programs.calls().filter(({ parent, program }) => parent === process.pid && asked.includes(program))
const words = () =>
  calls().map(({ program, args, cwd }) => `${cwd.slice(town.root.length + 1)}: ${program} ${args.join(' ')}`)
const lists = (what: string) => words().filter((line) => line.includes(what))
const plan = (snapshot: Snapshot) => inWords(decide(snapshot))
const hourAgo = () => new Date(Date.now() - 3_600_000)

/** A rig with its agents' beads and a polecat that was slung work an hour ago. */
function addDemo(): void {
  town.addRig('demo', { prefix: 'de-' })
  for (const who of ['deacon', 'mayor', WITNESS, REFINERY]) town.setBead(who)
  town.addWorker(RUST)
  town.setBead(RUST, { state: 'spawning', hook: WORK.id, updatedAt: hourAgo() })
  town.addIssue(WORK, 'demo')
}

describe('one look at a current town', () => {
  beforeEach(addDemo)

  it('sees everybody on the socket of the town: sessions, beads, folders', async () => {
    await town.wake('deacon', WITNESS, RUST)
    const snapshot = await look(town)
    expect(
      snapshot.agents.map(({ address, sessionName, liveness }) => `${address} ${sessionName} ${liveness.state}`),
    ).toEqual([
      'deacon hq-deacon alive',
      'mayor hq-mayor dead',
      `${WITNESS} de-witness alive`,
      `${REFINERY} de-refinery dead`,
      `${RUST} de-rust alive`,
    ])
    expect(sightOf(snapshot, RUST)).toMatchObject({
      folder: { known: true, value: 'ready' },
      bead: { value: { id: 'de-demo-polecat-rust', state: 'spawning', hook: WORK.id, database: town.root } },
      flags: { known: true, value: null },
      restraint: undefined,
    })
    expect(snapshot).toMatchObject({ sessions: 3, seenOn: town.tmux.socket, blindSpots: [], findings: [] })
    expect(plan(snapshot)).toEqual({ does: [], finds: [], blind: [] })
  })

  it('costs three children when all is well, and changes nothing', async () => {
    await town.wake('deacon', WITNESS, RUST)
    const before = digest(town.root)
    await look(town)
    expect(
      calls()
        .map(({ program }) => program)
        .sort(),
    ).toEqual(['bd', 'bd', 'tmux'])
    expect(words().filter((line) => line.includes('bd '))).toEqual(
      expect.arrayContaining([
        ': bd --readonly list --label gt:agent --include-infra --json --limit 0',
        ': bd --readonly list --label gt:message --assignee deacon/ --status open --json --limit 0',
      ]),
    )
    expect(digest(town.root)).toEqual(before)
  })

  it('asks with the town, its Dolt server, and nobody’s name', async () => {
    await look(town, { env: { GT_ROLE: 'mayor', BD_ACTOR: 'mayor', BEADS_DIR: '/elsewhere', GT_DOLT_PORT: '1' } })
    const environments = calls()
      .filter(({ program }) => program === 'bd')
      .map(({ env }) => env)
    expect(environments.length).toBeGreaterThan(1)
    for (const env of environments) {
      expect(env).toMatchObject({ GT_TOWN_ROOT: town.root, BEADS_DOLT_PORT: '3307', BEADS_DOLT_AUTO_START: '0' })
      for (const name of ['GT_ROLE', 'BD_ACTOR', 'BEADS_DIR', 'TMUX']) expect(env).not.toHaveProperty(name)
    }
  })

  it('asks the rig only when one of its agents is down: for its work, its merge requests, and whether the rig is docked', async () => {
    await town.wake('deacon', WITNESS)
    const snapshot = await look(town)
    expect(sightOf(snapshot, RUST)).toMatchObject({
      hooked: { value: { id: WORK.id, status: 'hooked', assignee: RUST } },
      work: { value: { id: WORK.id } },
    })
    expect(words().filter((line) => line.startsWith('demo:'))).toEqual([
      'demo: bd --readonly list --status hooked,in_progress --json --limit 0',
      'demo: bd --readonly list --label gt:rig --include-infra --json --limit 0',
      'demo: bd --readonly list --label gt:merge-request --json --limit 0',
    ])
    expect(sightOf(snapshot, RUST).delivery).toEqual({ known: true, value: null })
    expect(plan(snapshot).does).toEqual([`start ${RUST}`])
  })

  it('sees work that its agent’s bead does not name, and none that only that bead names', async () => {
    await town.wake('deacon', WITNESS)
    town.setBead(RUST, { state: 'spawning', hook: undefined, updatedAt: hourAgo() })
    expect(plan(await look(town)).does).toEqual([`start ${RUST}`])
    town.setBead(RUST, { state: 'spawning', hook: 'de-old', updatedAt: hourAgo() })
    town.addIssue({ ...WORK, status: 'in_progress' }, 'demo')
    expect(plan(await look(town)).does).toEqual([`start ${RUST}`])
    town.addIssue({ ...WORK, status: 'closed' }, 'demo')
    expect(plan(await look(town))).toEqual({ does: [], finds: [], blind: [] })
    town.addIssue({ ...WORK, assignee: 'demo/polecats/rusty' }, 'demo')
    expect(plan(await look(town))).toEqual({ does: [], finds: [], blind: [] })
  })

  it('leaves a polecat down for a while whose last word was that it ends this work, and tells its witness', async () => {
    await town.wake('deacon', WITNESS)
    const lastWord = (bead: string) =>
      town.write(
        '.runtime/heartbeats/de-rust.json',
        JSON.stringify({ timestamp: new Date().toISOString(), state: 'exiting', context: 'gt done', bead }),
      )
    lastWord(WORK.id)
    expect(plan(await look(town))).toEqual({
      does: [`notify ${RUST} to ${WITNESS}`],
      finds: [`failed-done ${RUST}!`],
      blind: [],
    })
    lastWord('de-other')
    expect(plan(await look(town)).does).toEqual([`start ${RUST}`])
  })

  it('takes the work that its agent’s bead names where several say they hang on one hook', async () => {
    await town.wake('deacon', WITNESS)
    town.addIssue({ ...WORK, id: 'de-zzz' }, 'demo')
    town.setBead(RUST, { state: 'spawning', hook: 'de-zzz', updatedAt: hourAgo() })
    expect(sightOf(await look(town), RUST)).toMatchObject({ hooked: { value: { id: 'de-zzz' } } })
  })

  it('finds work of several rigs in the town’s own database', async () => {
    await town.wake('deacon', WITNESS)
    town.addIssue({ ...WORK, status: 'closed' }, 'demo')
    town.addIssue({ ...WORK, id: 'hq-cv-abc' })
    expect(sightOf(await look(town), RUST)).toMatchObject({ hooked: { value: { id: 'hq-cv-abc' } } })
  })

  it('asks for the work of a polecat that was silent for long, and tells how long that was not touched', async () => {
    await town.wake('deacon', WITNESS, RUST)
    town.addIssue({ ...WORK, updated_at: hourAgo().toISOString() }, 'demo')
    const snapshot = await look(town, { settings: { guppAfter: 1 } })
    expect(sightOf(snapshot, RUST)).toMatchObject({ hooked: { value: { id: WORK.id } } })
    const { hooked } = sightOf(snapshot, RUST)
    const touched = hooked?.known ? (hooked.value?.updatedAt ?? 0) : 0
    expect(ageOf(snapshot.now, touched)).toBeGreaterThan(3_500_000)
  })

  it('reads mail with its sender in full, without stamping it', async () => {
    const id = town.sendMail({ from: RUST, subject: 'LIFECYCLE: rust requesting cycle', body: '{"action":"cycle"}' })
    const before = JSON.stringify(town.issue(id))
    expect(await look(town)).toMatchObject({ mail: { value: [{ id, from: RUST, request: { verb: 'cycle' } }] } })
    expect(JSON.stringify(town.issue(id))).toBe(before)
  })

  it('asks nothing of a rig for a lifecycle check', async () => {
    await look(town, { mode: 'lifecycle' })
    expect(words().filter((line) => line.startsWith('demo:'))).toEqual([])
  })
})

describe('a rig of a current town in which nothing is started', () => {
  beforeEach(addDemo)

  it('is docked by its own bead', async () => {
    await town.wake('deacon')
    town.addIssue({ id: 'de-rig-demo', title: 'demo', labels: ['gt:rig', 'status:docked'] }, 'demo')
    expect(plan(await look(town))).toEqual({
      does: [],
      finds: [`restrained ${WITNESS}`, `restrained ${RUST}`],
      blind: [],
    })
  })

  it('is one whose bead cannot be asked for', async () => {
    await town.wake('deacon')
    town.programs.spoil('bd', only('*gt:rig*', refuses('lock timeout')))
    const snapshot = await look(town)
    expect(snapshot.blindSpots).toMatchObject([
      { what: 'whether demo is docked', why: expect.stringMatching(/lock timeout/) },
    ])
    expect(plan(snapshot).does).toEqual([])
  })

  it('is one without a bead no more than one whose bead is silent', async () => {
    await town.wake('deacon')
    town.addIssue({ id: 'de-rig-demo', title: 'demo', labels: [] }, 'demo')
    expect(plan(await look(town)).does).toEqual([`start ${WITNESS}`, `start ${RUST}`])
  })

  it('is parked, and says so', async () => {
    await town.wake('deacon')
    town.write('.beads-wisp/config/demo.json', '{"rig":"demo","values":{"status":"parked"},"blocked":[]}')
    const snapshot = await look(town)
    expect(plan(snapshot)).toEqual({ does: [], finds: [`restrained ${WITNESS}`, `restrained ${RUST}`], blind: [] })
    expect(words().filter((line) => line.startsWith('demo:'))).toEqual([])
  })

  it('has its patrol switched off: its witness is left alone, its polecat is not', async () => {
    await town.wake('deacon')
    town.write('mayor/daemon.json', '{"patrols":{"witness":{"enabled":true,"rigs":["other"]}}}')
    expect(plan(await look(town))).toMatchObject({ does: [`start ${RUST}`], finds: [`restrained ${WITNESS}`] })
  })
})

describe('a Dolt server', () => {
  beforeEach(addDemo)

  it('that is down leaves the sessions to be judged, and starts nobody', async () => {
    await town.wake(WITNESS)
    town.write('.dolt-data/stopped', '')
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS).liveness.state).toBe('alive')
    expect(sightOf(snapshot, 'deacon').liveness.state).toBe('dead')
    expect(snapshot.blindSpots.map(({ what }) => what)).toEqual([
      `the agents' beads in ${town.root}`,
      "the deacon's mail",
    ])
    expect(snapshot.blindSpots[0]?.why).toMatch(/Dolt server unreachable at 127\.0\.0\.1:3307/)
    expect(plan(snapshot)).toMatchObject({ does: [], finds: ['restrained deacon'] })
    expect(sightOf(snapshot, 'deacon').restraint?.because).toMatch(
      /^nobody is started while the issues cannot be asked: bd .* Dolt server unreachable/,
    )
  })

  it('that goes down between two questions starts nobody at all', async () => {
    for (const question of ['*gt:message*', '*gt:agent*']) {
      town.programs.spoil('bd', only(question, refuses('Dolt server unreachable')))
      const snapshot = await look(town)
      expect(snapshot.blindSpots).toHaveLength(1)
      expect(plan(snapshot).does).toEqual([])
      for (const { restraint } of snapshot.agents) expect(restraint?.kind).toBe('blind')
    }
  })

  it('that goes down in the middle of the look starts nobody whose work it did not tell', async () => {
    await town.wake('deacon', WITNESS)
    town.programs.spoil('bd', only('*hooked*', refuses('Dolt server unreachable')))
    expect(plan(await look(town))).toEqual({ does: [], finds: [], blind: [RUST] })
  })

  it('is never started by us: every bd is told so', async () => {
    town.write('.dolt-data/stopped', '')
    await look(town)
    for (const { program, env } of calls()) if (program === 'bd') expect(env['BEADS_DOLT_AUTO_START']).toBe('0')
    expect(calls().filter(({ program }) => program === 'gt')).toEqual([])
  })
})

describe('odd answers of bd', () => {
  beforeEach(addDemo)

  it('wrapped in an envelope are read all the same', async () => {
    await town.wake('deacon', WITNESS)
    const snapshot = await look(town, { env: { BD_JSON_ENVELOPE: '1' } })
    expect(snapshot.blindSpots).toEqual([])
    expect(plan(snapshot).does).toEqual([`start ${RUST}`])
  })

  it.each([
    ['plain text', prose],
    ['nothing, and exit 0', silence],
    ['an unknown flag', refuses('Error: unknown flag: --label')],
    ['a warning, and no list', 'echo "warning: beads.role not configured" >&2\necho "No issues found."\nexit 0\n'],
  ])('of %s tell nothing, and nobody is started', async (_, lines) => {
    town.programs.spoil('bd', lines)
    const snapshot = await look(town)
    expect(snapshot.blindSpots).toHaveLength(2)
    expect(plan(snapshot).does).toEqual([])
  })

  it('with work, wisps and mail among the agents are sorted out', async () => {
    await town.wake('deacon', WITNESS)
    town.addIssue({ id: 'hq-wisp-1', title: 'hq-deacon', issue_type: 'task', labels: ['gt:agent-like'] })
    town.programs.spoil('bd', only('*gt:agent*', 'exec bd --readonly list --all --json --limit 0\n'))
    const snapshot = await look(town)
    expect(sightOf(snapshot, 'deacon').bead).toMatchObject({ value: { id: 'hq-deacon' } })
    expect(plan(snapshot).does).toEqual([`start ${RUST}`])
  })
})

describe('agents’ beads in both databases', () => {
  it('are read in the town: the rig’s are not even asked for', async () => {
    addDemo()
    await town.wake('deacon', WITNESS, RUST)
    town.addIssue(
      { id: 'de-demo-polecat-rust', title: 'x', labels: ['gt:agent'], description: 'agent_state: done' },
      'demo',
    )
    expect(sightOf(await look(town), RUST).bead).toMatchObject({ value: { state: 'spawning' } })
    expect(lists('gt:agent')).toHaveLength(1)
  })

  it('are read in the rig where the town misses somebody, and the town’s count where both know one', async () => {
    town.addRig('demo', { prefix: 'de-' })
    for (const who of ['deacon', 'mayor', WITNESS]) town.setBead(who)
    town.addWorker(RUST)
    const description = (state: string) => `x\n\nrole_type: polecat\nrig: demo\nagent_state: ${state}\nhook_bead: null`
    town.addIssue(
      { id: 'de-demo-polecat-rust', title: 'x', labels: ['gt:agent'], description: description('done') },
      'demo',
    )
    town.addIssue({ id: 'de-demo-witness', title: 'x', labels: ['gt:agent'], description: 'agent_state: odd' }, 'demo')
    const snapshot = await look(town)
    expect(sightOf(snapshot, RUST).bead).toMatchObject({ value: { state: 'done', database: `${town.root}/demo` } })
    expect(sightOf(snapshot, WITNESS).bead).toMatchObject({ value: { state: 'idle', database: town.root } })
    expect(snapshot.findings).toMatchObject([{ agent: WITNESS, verdict: 'hook-conflict' }])
    expect(lists('gt:agent').sort()).toEqual([
      ': bd --readonly list --label gt:agent --include-infra --json --limit 0',
      'demo: bd --readonly list --label gt:agent --include-infra --json --limit 0',
    ])
  })

  it('that the rig cannot tell of leave only those in doubt whom the town misses', async () => {
    town.addRig('demo', { prefix: 'de-' })
    for (const who of ['deacon', 'mayor', WITNESS, REFINERY]) town.setBead(who)
    town.addWorker(RUST)
    town.programs.spoil('bd', `case "$PWD $*" in */demo*gt:agent*)\n${refuses('lock timeout')};;\nesac\n`)
    const snapshot = await look(town)
    expect(sightOf(snapshot, RUST).bead).toMatchObject({ known: false })
    expect(sightOf(snapshot, WITNESS).bead).toMatchObject({ value: { id: 'de-demo-witness' } })
    expect(snapshot.blindSpots).toMatchObject([{ what: `the agents' beads in ${town.root}/demo` }])
    expect(plan(snapshot).does).toEqual(['start deacon', `start ${WITNESS}`])
  })
})

describe('names that could be two agents’', () => {
  it('are touched for neither: two rigs with one prefix', async () => {
    addDemo()
    town.addRig('debris', { prefix: 'de-' })
    town.setBead('debris/witness')
    town.setBead('debris/refinery')
    await town.wake('deacon')
    const snapshot = await look(town)
    for (const who of [WITNESS, 'debris/witness']) {
      expect(sightOf(snapshot, who).liveness).toMatchObject({
        state: 'unknown',
        because: expect.stringMatching(/de-witness/),
      })
    }
    expect(snapshot.notes).toContain('debris and demo have one prefix, de: their sessions cannot be told apart')
    expect(plan(snapshot)).toEqual({
      does: [`start ${RUST}`],
      finds: [`${WITNESS}!`, 'debris/witness!', REFINERY, 'debris/refinery'].map((who) => `not-understood ${who}`),
      blind: [],
    })
  })

  it('are the rig’s own where a rig has the prefix of the town, unless the town has such an agent', async () => {
    town.addRig('demo', { prefix: 'hq-' })
    for (const who of ['deacon', 'mayor', WITNESS, REFINERY]) town.setBead(who)
    for (const who of [RUST, 'demo/polecats/boot']) town.addWorker(who)
    for (const who of [RUST, 'demo/polecats/boot']) town.setBead(who, { state: 'working', updatedAt: hourAgo() })
    await town.wake('deacon', WITNESS)
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS)).toMatchObject({ sessionName: 'hq-witness', liveness: { state: 'alive' } })
    expect(sightOf(snapshot, WITNESS).bead).toMatchObject({ value: { id: 'hq-demo-witness' } })
    expect(sightOf(snapshot, RUST)).toMatchObject({ sessionName: 'hq-rust', liveness: { state: 'dead' } })
    expect(sightOf(snapshot, 'demo/polecats/boot').liveness).toMatchObject({
      state: 'unknown',
      because: "gt takes the session hq-boot for one of the town's own",
    })
    expect(plan(snapshot).finds).toEqual(['not-understood demo/polecats/boot'])
  })

  it('are skipped or left alone: polecats called like a role or a crew member', async () => {
    addDemo()
    await town.wake('deacon', WITNESS, RUST)
    for (const name of ['witness', 'crew-x']) town.write(`demo/polecats/${name}/demo/README`, '')
    const snapshot = await look(town)
    expect(snapshot.findings).toMatchObject([
      { verdict: 'skipped-name', because: expect.stringMatching(/"witness" is a role/) },
    ])
    expect(sightOf(snapshot, 'demo/polecats/crew-x').liveness.state).toBe('unknown')
    expect(plan(snapshot).does).toEqual([])
  })

  it('leave the rig alone where the lists disagree: nobody can tell which sessions are its', async () => {
    addDemo()
    town.write('.beads/routes.jsonl', '{"prefix":"hq-","path":"."}\n{"prefix":"dm-","path":"demo"}\n')
    await town.wake('deacon', WITNESS)
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS)).toMatchObject({
      bead: { value: { id: 'de-demo-witness' } },
      restraint: { kind: 'blind', because: expect.stringContaining('rigs.json says de') },
    })
    expect(snapshot.blindSpots.map(({ what }) => what)).toContain('which sessions are those of demo')
    expect(plan(snapshot).does).toEqual([])
  })

  it('have a dash more where rigs.json has one, as gt makes them', async () => {
    addDemo()
    town.write('mayor/rigs.json', '{"version":1,"rigs":{"demo":{"beads":{"prefix":"de-"}}}}')
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS)).toMatchObject({
      sessionName: 'de--witness',
      bead: { value: { id: 'de-demo-witness' } },
    })
  })
})
