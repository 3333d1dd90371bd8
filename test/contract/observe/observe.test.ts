import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../support/digest.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { hang, only, prose, refuses, silence } from '../../support/stand-ins.js'
import { waitFor } from '../../support/wait-for.js'
import { look, sightOf } from './look.js'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'

const asked = ['bd', 'gt', 'ps', 'tmux']
const ownCalls = () =>
  town.programs.calls().filter(({ parent, program }) => parent === process.pid && asked.includes(program))
const programs = () =>
  ownCalls()
    .map(({ program }) => program)
    .sort()

describe('one look', () => {
  beforeEach(async () => {
    town.addRig('gastown')
    town.setBead('deacon', { state: 'running' })
    town.setBead(WITNESS, { state: 'running' })
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    town.addWorker(TOAST)
    town.addWorker('gastown/crew/max')
  })

  it('sees everybody: sessions, beads, folders, flags', async () => {
    await town.wake('deacon', WITNESS)
    town.raiseFlag(WITNESS, 'cycle')
    const snapshot = await look(town)
    expect(snapshot.agents.map(({ address, liveness }) => `${address} ${liveness.state}`)).toEqual([
      'deacon alive',
      'mayor dead',
      'gastown/witness alive',
      'gastown/refinery dead',
      'gastown/crew/max dead',
      'gastown/polecats/toast dead',
    ])
    expect(sightOf(snapshot, WITNESS)).toMatchObject({
      sessionName: 'gt-gastown-witness',
      session: { attached: 0, panes: 1, holdsThisCheck: false, death: undefined },
      folder: { known: true, value: 'ready' },
      bead: { known: true, value: { id: 'gt-gastown-witness', state: 'running', database: town.root } },
      flags: { known: true, value: { requesting: { cycle: true, restart: false, shutdown: false }, got: {} } },
      stateFile: `${town.root}/gastown/witness/state.json`,
      restraint: undefined,
    })
    expect(sightOf(snapshot, 'mayor')).toMatchObject({ bead: { known: true, value: null }, flags: { value: null } })
    expect(snapshot).toMatchObject({
      sessions: 2,
      seenOn: town.tmux.socket,
      socketConflict: undefined,
      blindSpots: [],
      findings: [],
    })
    expect(snapshot).toMatchObject({
      rigs: { value: [{ name: 'gastown', prefix: 'gt' }] },
      afterGap: false,
      ledgerLost: false,
    })
  })

  it('costs three children when all is well', async () => {
    await town.wake('deacon', WITNESS, TOAST)
    await look(town)
    expect(programs()).toEqual(['bd', 'bd', 'tmux'])
  })

  it('asks side by side: each program ends only when all three have begun', async () => {
    await town.wake('deacon', WITNESS, TOAST)
    const patience =
      'for _ in $(seq 200); do [ "$(ls "$stage"/met | wc -l)" -ge 3 ] && return; sleep 0.05; done\nexit 9\n'
    for (const program of ['tmux', 'bd']) {
      town.programs.spoil(program, `meet() { mkdir -p "$stage/met/$$"; ${patience}}\nmeet\n`)
    }
    expect((await look(town)).blindSpots).toEqual([])
  })

  it('changes no byte of the town', async () => {
    await town.wake(WITNESS)
    town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
    const before = digest(town.root)
    await look(town)
    expect(digest(town.root)).toEqual(before)
  })

  it('leaves the folder of a polecat at rest alone while it is down, unless somebody asks for something', async () => {
    const folderOf = async () => sightOf(await look(town), TOAST).folder
    expect(await folderOf()).toBeDefined()
    town.setBead(TOAST, { state: 'done', hook: 'gt-w1' })
    expect(await folderOf()).toBeUndefined()
    town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
    expect(await folderOf()).toEqual({ known: true, value: 'ready' })
  })

  it('asks for the work on the hook of a polecat that is down, and for merge requests, and of no other agent', async () => {
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    await town.wake('deacon', WITNESS)
    const snapshot = await look(town)
    expect(sightOf(snapshot, TOAST).work).toEqual({ known: true, value: { id: 'gt-w1', status: 'hooked' } })
    expect(sightOf(snapshot, WITNESS).work).toBeUndefined()
    const asked = ownCalls().map(({ args }) => args.join(' '))
    expect(asked).toContain('--readonly show gt-w1 --json')
    expect(asked).toContain('--readonly list --type merge-request --json --limit 0')
    expect(programs()).toEqual(['bd', 'bd', 'bd', 'bd', 'tmux'])
  })

  it('asks for all such work at once, and alone for what bd left out', async () => {
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    for (const name of ['p1', 'p2', 'p3']) {
      town.addWorker(`gastown/polecats/${name}`)
      town.setBead(`gastown/polecats/${name}`, { state: 'working', hook: `gt-${name}` })
    }
    town.addIssue({ id: 'gt-p1', status: 'closed' })
    town.setBead('gastown/polecats/p3', { state: 'working', hook: '--json' })
    const snapshot = await look(town)
    const works = ['toast', 'p1', 'p2', 'p3'].map((name) => sightOf(snapshot, `gastown/polecats/${name}`).work)
    expect(works).toEqual([
      { known: true, value: { id: 'gt-w1', status: 'hooked' } },
      { known: true, value: { id: 'gt-p1', status: 'closed' } },
      { known: true, value: null },
      { known: true, value: null },
    ])
    const shows = ownCalls()
      .map(({ args }) => args.join(' '))
      .filter((line) => line.includes('show'))
    expect(shows).toEqual(['--readonly show gt-p1 gt-p2 gt-w1 --json'])
  })

  it.each([
    ['fails for one as a whole', refuses('Error fetching gt-p1: no issue found matching "gt-p1"'), null],
    ['prints nothing, and says why not', 'echo "Error fetching gt-p1: database is locked" >&2; exit 0\n', undefined],
    ['prints nothing', silence, undefined],
    ['fails', refuses('Error: database is locked'), undefined],
  ])('knows what bd knows where bd %s', async (_, lines, expected) => {
    town.addWorker('gastown/polecats/p1')
    town.setBead('gastown/polecats/p1', { state: 'working', hook: 'gt-p1' })
    town.programs.spoil('bd', only('*show*gt-p1*', lines))
    const { work } = sightOf(await look(town), 'gastown/polecats/p1')
    if (expected === null) expect(work).toEqual({ known: true, value: null })
    else expect(work).toMatchObject({ known: false })
  })

  it('captures the last lines of a pane that is stalled', async () => {
    await town.wake(TOAST)
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1', updatedAt: new Date(Date.now() - 60_000) })
    const snapshot = await waitFor('its pane has been silent', async () => {
      const seen = await look(town, { settings: { guppAfter: 1000 } })
      return sightOf(seen, TOAST).paneTail !== undefined && seen
    })
    expect(sightOf(snapshot, TOAST).paneTail).toContain('>')
    expect(sightOf(snapshot, WITNESS).paneTail).toBeUndefined()
  })

  it('takes no second look in a lifecycle check', async () => {
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    await town.wake(WITNESS)
    expect(sightOf(await look(town, { mode: 'lifecycle' }), TOAST).work).toBeUndefined()
  })

  it('knows a shell that was left behind', async () => {
    await town.leaveShell(WITNESS)
    expect(sightOf(await look(town), WITNESS).liveness.state).toBe('starting')
    const snapshot = await waitFor('the grace time is over', async () => {
      const seen = await look(town, { settings: { zombieGrace: 1000 } })
      return sightOf(seen, WITNESS).liveness.state !== 'starting' && seen
    })
    expect(sightOf(snapshot, WITNESS).liveness).toMatchObject({ state: 'zombie', because: 'only sh runs in its pane' })
  })

  it('leaves alone what it does not know, and takes a stopped process for alive', async () => {
    town.tmux.start({ name: 'gt-deacon', folder: town.root, command: ['sleep', '600'] })
    await town.wake(WITNESS)
    expect(sightOf(await look(town), 'deacon').liveness).toMatchObject({ state: 'unknown', blind: false })
    const named = await look(town, { settings: { agentNames: ['sleep'] } })
    expect(sightOf(named, 'deacon').liveness.state).toBe('alive')
  })

  it('sees a dead pane as dead, also where tmux missed its end', async () => {
    town.tmux.start({ name: 'gt-gastown-witness', folder: town.root, command: ['sleep', '600'] })
    town.tmux.tmux('set-option', '-w', '-t', '=gt-gastown-witness:', 'remain-on-exit', 'on')
    const pid = town.tmux.sessions()[0]?.panePid ?? 0
    process.kill(pid, 'SIGKILL')
    await waitFor('the pane is dead', () => town.tmux.tmux('list-panes', '-a', '-F', '#{pane_dead}').trim() === '1')
    const { liveness, session } = sightOf(await look(town), WITNESS)
    expect(liveness).toMatchObject({ state: 'starting', because: expect.stringContaining('its pane is dead') })
    expect(session).toMatchObject({ identity: { paneStart: `${pid}@` }, death: {} })
  })

  it('never touches a name that two agents would have', async () => {
    town.addRig('a')
    town.addRig('a-b')
    town.addWorker('a/polecats/b-c')
    town.addWorker('a-b/polecats/c')
    await town.wake('a-b/polecats/c')
    const snapshot = await look(town)
    for (const who of ['a/polecats/b-c', 'a-b/polecats/c']) {
      expect(sightOf(snapshot, who)).toMatchObject({ liveness: { state: 'unknown', blind: false }, session: undefined })
    }
  })

  it('never touches the session of another town', async () => {
    const other = raiseTown()
    try {
      town.tmux.start({ name: 'gt-deacon', folder: `${other.root}/deacon`, command: ['sleep', '600'] })
      const snapshot = await look(town)
      expect(sightOf(snapshot, 'deacon')).toMatchObject({
        liveness: { state: 'unknown', blind: false },
        session: undefined,
      })
      expect(snapshot).toMatchObject({ sessions: 0, seenOn: undefined })
    } finally {
      town.tmux.stop()
      await other.end()
    }
  })

  it('sees a polecat that has a bead and no folder', async () => {
    town.setBead('gastown/polecats/nux', { state: 'dead', hook: 'gt-w1' })
    expect(sightOf(await look(town), 'gastown/polecats/nux')).toMatchObject({
      folder: { value: 'missing' },
      bead: { value: { hook: 'gt-w1' } },
    })
  })
})

const quick = { settings: { deadline: 3000 } }

describe('what cannot be seen', () => {
  beforeEach(async () => {
    town.addRig('gastown', { ownDatabase: true })
    town.addRig('other', { ownDatabase: true, prefix: 'ot-' })
    town.setBead(WITNESS)
    town.setBead('other/witness', { id: 'ot-other-witness' })
    await town.wake(WITNESS)
  })

  it('of tmux: no session is judged, and that is said once', async () => {
    town.programs.spoil('tmux', refuses('error connecting to /tmp/x (Permission denied)'))
    const snapshot = await look(town, quick)
    expect(snapshot.agents.every(({ liveness, session }) => liveness.blind && session === undefined)).toBe(true)
    expect(snapshot.blindSpots).toMatchObject([
      { what: 'the sessions', why: expect.stringContaining('Permission denied') },
    ])
    expect(snapshot.seenOn).toBeUndefined()
  })

  it('of one database: only its own rig’s agents', async () => {
    town.programs.spoil('bd', `case "$PWD" in */other/*) sleep 60;; esac\n`)
    const snapshot = await look(town, quick)
    expect(sightOf(snapshot, WITNESS).bead).toMatchObject({ known: true, value: { id: 'gt-gastown-witness' } })
    expect(sightOf(snapshot, 'other/witness').bead).toMatchObject({ known: false })
    expect(snapshot.mail.known).toBe(true)
    expect(snapshot.blindSpots).toMatchObject([{ what: `the agents' beads in ${town.root}/other/mayor/rig` }])
  })

  it.each([
    ['hangs', hang],
    ['prints prose', prose],
    ['fails', refuses('Error: database is locked')],
  ])('of bd that %s: no bead and no mail, each with its reason', async (_, lines) => {
    town.programs.spoil('bd', lines)
    const snapshot = await look(town, quick)
    expect(snapshot.agents.every(({ bead }) => !bead.known)).toBe(true)
    expect(snapshot.mail.known).toBe(false)
    expect(snapshot.blindSpots.map(({ what }) => what)).toEqual([
      `the agents' beads in ${town.root}`,
      `the agents' beads in ${town.root}/gastown/mayor/rig`,
      `the agents' beads in ${town.root}/other/mayor/rig`,
      "the deacon's mail",
    ])
    expect(sightOf(snapshot, WITNESS).liveness.state).toBe('alive')
  })

  it('without bd: said once, by the name of what is missing', async () => {
    town.programs.uninstall('bd')
    const { blindSpots } = await look(town, quick)
    expect(blindSpots).toMatchObject([{ what: "the agents' beads and mail", missingProgram: 'bd' }])
  })

  it('of the work on a hook', async () => {
    town.addWorker(TOAST)
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    town.programs.spoil('bd', only('*show*', prose))
    expect(sightOf(await look(town, quick), TOAST).work).toMatchObject({ known: false })
  })

  it('of the rigs: the town’s own agents are still seen', async () => {
    town.write('mayor/rigs.json', '{"rigs": {')
    const snapshot = await look(town, quick)
    expect(snapshot.agents.map(({ address }) => address)).toEqual(['deacon', 'mayor'])
    expect(snapshot.rigs.known).toBe(false)
    expect(snapshot.blindSpots).toMatchObject([{ what: 'the rigs', why: expect.stringContaining('mayor/rigs.json') }])
  })

  it('of an agent’s state file, and of the list of spawns', async () => {
    town.write('gastown/witness/state.json', '[1]')
    town.write('spawn/pending.json', '')
    const snapshot = await look(town, quick)
    expect(sightOf(snapshot, WITNESS).flags?.known).toBe(false)
    expect(snapshot.pendingSpawns.known).toBe(false)
    expect(snapshot.blindSpots.map(({ what }) => what)).toEqual([
      'the state file of gastown/witness',
      'the spawns that wait to begin',
    ])
  })
})
