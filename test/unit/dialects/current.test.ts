import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currentKind } from '../../../src/dialects/current.js'
import { beadIds, nameComplaint, sessionName, socketName } from '../../../src/dialects/current-names.js'
import type { Database } from '../../../src/dialects/database.js'
import type { Call } from '../../../src/dialects/dialect.js'
import { kindNamed, kinds } from '../../../src/dialects/index.js'
import { type Agent, workerNameComplaint } from '../../../src/domain/agent.js'
import { known } from '../../../src/domain/known.js'
import type { Rig } from '../../../src/domain/snapshot.js'
import closeGone from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-close-gone.json' with { type: 'json' }
import agentsOfRig from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-list-agents-rig.json' with { type: 'json' }
import agentsOfTown from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-list-agents-town-with-polecat.json' with { type: 'json' }
import hooked from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-list-hooked.json' with { type: 'json' }
import unreadMail from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-list-mail.json' with { type: 'json' }
import readMail from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-list-mail-read.json' with { type: 'json' }
import rigDocked from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-list-rigs-docked.json' with { type: 'json' }
import unknownFlag from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-list-unknown-flag.json' with { type: 'json' }
import unknownWork from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-show-unknown.json' with { type: 'json' }
import deletedTwice from '../../fixtures/gt-1.0.1-bd-1.0.2/mail-delete-again.json' with { type: 'json' }
import sentBlind from '../../fixtures/gt-1.0.1-bd-1.0.2/mail-send-dolt-down.json' with { type: 'json' }

const T = '/nowhere/town'
const demo: Rig = { name: 'demo', prefix: 'de' }
const current = currentKind.open(T, [demo])
const witness: Agent = { role: 'witness', rig: 'demo' }
const refinery: Agent = { role: 'refinery', rig: 'demo' }
const max: Agent = { role: 'crew', rig: 'demo', name: 'max' }
const rust: Agent = { role: 'polecat', rig: 'demo', name: 'rust' }
const everybody: readonly Agent[] = [{ role: 'deacon' }, { role: 'mayor' }, witness, refinery, max, rust]
const town: Database = { folder: T, prefixes: ['hq'], rigs: [] }

describe('the kinds of town', () => {
  it('are found by their names', () => {
    expect(kinds.map(({ name }) => name)).toEqual(['classic', 'current'])
    for (const kind of kinds) expect(kindNamed(kind.name)).toBe(kind)
    expect(kindNamed('medieval')).toBeUndefined()
  })

  it('open to a dialect of their own name', () => {
    for (const kind of kinds) expect(kind.open(T, [demo]).name).toBe(kind.name)
  })
})

describe('the names of a current town', () => {
  it.each<[Agent, string, readonly string[]]>([
    [{ role: 'deacon' }, 'hq-deacon', ['hq-deacon']],
    [{ role: 'mayor' }, 'hq-mayor', ['hq-mayor']],
    [witness, 'de-witness', ['de-demo-witness']],
    [refinery, 'de-refinery', ['de-demo-refinery']],
    [max, 'de-crew-max', ['de-demo-crew-max']],
    [rust, 'de-rust', ['de-demo-polecat-rust']],
  ])('%o has the session %s and the bead %o', (agent, session, ids) => {
    expect(current.sessionName(agent)).toBe(session)
    expect(current.beadIds(agent, demo)).toEqual(ids)
    expect(current.nameComplaint?.(agent)).toBeUndefined()
  })

  it.each<[string, Rig, string]>([
    ['a rig without a prefix goes by gt', { name: 'demo', prefix: undefined }, 'gt-rust'],
    ['a dash at the end of a prefix stays', { name: 'demo', prefix: 'de', writtenPrefix: 'de-' }, 'de--rust'],
    ["a rig may have the town's prefix", { name: 'demo', prefix: 'hq' }, 'hq-rust'],
  ])('of sessions: %s', (_, rig, expected) => {
    expect(currentKind.open(T, [rig]).sessionName(rust)).toBe(expected)
    expect(currentKind.open(T, [rig]).nameComplaint?.(rust)).toBeUndefined()
  })

  it.each<[string, readonly string[], readonly string[]]>([
    ['both prefixes that are written down', ['de', 'dm'], ['de-demo-polecat-rust', 'dm-demo-polecat-rust']],
    ["gt's own when none is", [], ['gt-demo-polecat-rust']],
    ['no rig where the prefix is its name', ['demo'], ['demo-polecat-rust']],
  ])('of beads have %s', (_, prefixes, ids) => {
    expect(beadIds(rust, prefixes)).toEqual(ids)
  })

  const hq: Rig = { name: 'demo', prefix: 'hq' }
  it.each<[string, Agent, Rig]>([
    ["the town's boot", { ...rust, name: 'boot' }, hq],
    ["the town's overseer", { ...rust, name: 'overseer' }, hq],
    ["the town's deacon", { ...rust, name: 'deacon' }, hq],
    ['a dog', { ...rust, name: 'dog-alpha' }, hq],
    ['a crew member', { ...rust, name: 'crew-x' }, demo],
    ['nobody, as gt makes no such session', rust, { name: 'demo', prefix: 'd.e' }],
  ])('say that gt takes a session for %s', (_, agent, rig) => {
    expect(nameComplaint(agent, rig)).toMatch(/^gt (takes the session|makes no session)/)
  })

  it('have no worker called like a role', () => {
    expect(workerNameComplaint('witness')).toBeDefined()
    expect(workerNameComplaint('refinery')).toBeDefined()
  })

  it('of an agent whose name is allowed can be told apart from any option, pattern or path', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,11}$/)
    fc.assert(
      fc.property(word, word, word, (prefix, rig, name) => {
        const agent: Agent = { role: 'polecat', rig, name }
        const names = [sessionName(agent, { prefix }), ...beadIds(agent, [prefix])]
        for (const one of names) expect(one).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]+$/)
      }),
    )
  })
})

describe("the town's tmux socket", () => {
  it.each([
    ['/home/alice/gt', 'gt-d7f8ad'],
    ['/srv/gt', 'gt-b014d6'],
    ['/tmp/town', 'town-6f003d'],
  ])('of %s is %s, as gt says', (root, name) => {
    expect(socketName(root, {})).toBe(name)
    expect(socketName(root, { GT_TMUX_SOCKET: 'default' })).toBe(name)
    expect(socketName(root, { GT_TMUX_SOCKET: 'auto' })).toBe(name)
  })

  it.each([
    ['/srv/My Town.v2', 'my-town-v2'],
    ['/srv/--_--', 'default'],
  ])('of %s has a plain name', (root, base) => {
    const hash = createHash('sha256').update(root).digest('hex').slice(0, 6)
    expect(socketName(root, {})).toBe(`${base}-${hash}`)
  })

  it('is the one that GT_TMUX_SOCKET names', () => {
    expect(socketName('/srv/gt', { GT_TMUX_SOCKET: 'Mine' })).toBe('Mine')
  })
})

describe('where agents of a current town work', () => {
  it('is a place of their own, when gt made no clone for them', () => {
    expect(everybody.map((agent) => current.folder(T, agent))).toEqual([
      `${T}/deacon`,
      `${T}/mayor`,
      `${T}/demo`,
      `${T}/demo/refinery/rig`,
      `${T}/demo/crew/max`,
      `${T}/demo/polecats/rust`,
    ])
  })

  it('holds no file of flags', () => {
    for (const agent of everybody) expect(current.stateFile(T, agent)).toBeUndefined()
  })
})

const words = ({ program, args, cwd }: Call): string => `${cwd}: ${program} ${args.join(' ')}`

describe('what a current town is asked', () => {
  it('is asked read-only, with no limit', () => {
    const list = `${T}: bd --readonly list`
    expect(words(current.listAgents(town))).toBe(`${list} --label gt:agent --include-infra --json --limit 0`)
    expect(words(current.listMail(T))).toBe(
      `${list} --label gt:message --assignee deacon/ --status open --json --limit 0`,
    )
    expect(words(current.listSent(T, 'mayor/'))).toBe(
      `${list} --label gt:message --assignee mayor/ --all --json --limit 0`,
    )
    expect(current.listHooked && words(current.listHooked(town))).toBe(
      `${list} --status hooked,in_progress --json --limit 0`,
    )
    expect(current.listRigs && words(current.listRigs(town))).toBe(
      `${list} --label gt:rig --include-infra --json --limit 0`,
    )
    expect(words(current.showBead(T, 'de-1'))).toBe(`${T}: bd --readonly show de-1 --json`)
    expect(words(current.showBeads(T, ['de-1', 'de-2']))).toBe(`${T}: bd --readonly show de-1 de-2 --json`)
  })

  it.each<[Agent, string]>([
    [{ role: 'deacon' }, 'deacon start'],
    [{ role: 'mayor' }, 'mayor start'],
    [witness, 'witness start demo'],
    [refinery, 'refinery start demo'],
    [max, 'crew start demo max'],
    [rust, 'session start demo/rust'],
  ])('to start %o is gt %s', (agent, call) => {
    expect(current.starts && words(current.starts.startCall(agent))).toBe(`${T}: gt ${call}`)
  })

  it("to tell somebody types into nobody's session, and is signed", () => {
    const call = current.sendMail(T, { to: 'demo/witness', subject: 's', body: 'b' })
    expect(words(call)).toBe(`${T}: gt mail send demo/witness -s s -m b --no-notify`)
    expect(call.env).toEqual({ GT_ROLE: 'gt-heartbeat/check' })
  })

  it('shares nothing through files', () => {
    expect(current.syncCall).toBeUndefined()
  })
})

describe('the environment of what we run in a current town', () => {
  const env = {
    HOME: '/home/x',
    GT_ROLE: 'mayor',
    GT_ROOT: '/other',
    BEADS_DOLT_SERVER_DATABASE: 'other',
    BEADS_ACTOR: 'x',
    TMUX: 'x',
  }

  it('names the town, starts no server, and speaks for nobody', () => {
    expect(current.childEnvironment(T, env)).toEqual({
      HOME: '/home/x',
      GT_TOWN_ROOT: T,
      GT_ROOT: T,
      BEADS_AUTO_START_DAEMON: 'false',
      BEADS_DOLT_AUTO_START: '0',
      BD_BACKUP_ENABLED: 'false',
    })
  })

  it("has the Dolt server's port from the environment when no file says it", () => {
    const ports = { GT_DOLT_PORT: '3971', BEADS_DOLT_PORT: '3971' }
    expect(current.childEnvironment(T, { GT_DOLT_PORT: '3971' })).toMatchObject(ports)
    expect(current.childEnvironment(T, { BEADS_DOLT_PORT: '3971' })).toMatchObject(ports)
    expect(current.childEnvironment(T, { BEADS_DOLT_SERVER_PORT: '3971', BEADS_DOLT_PORT: '1' })).toMatchObject(ports)
    expect(current.childEnvironment(T, { BEADS_DOLT_SERVER_PORT: '1' })).not.toHaveProperty('BEADS_DOLT_SERVER_PORT')
  })
})

const told = <T>(answer: { readonly known: boolean; readonly value?: T } | undefined): T | undefined =>
  answer?.known ? answer.value : undefined

describe('what a current town answers', () => {
  it("has every agent's bead, the rigs' too", () => {
    const beads = told(current.readAgents(agentsOfTown.stdout, town))
    expect(beads?.map(({ id }) => id)).toEqual([
      'de-demo-polecat-rust',
      'de-demo-refinery',
      'de-demo-witness',
      'hq-deacon',
      'hq-mayor',
    ])
    expect(beads?.[0]).toMatchObject({ state: 'spawning', hook: 'de-e4b', rig: 'demo', role: 'polecat', database: T })
    expect(current.readAgents(agentsOfRig.stdout, town)).toEqual(known([]))
  })

  it('has the work on each hook, with whose it is', () => {
    expect(current.readHooked?.(hooked.stdout)).toEqual(
      known([
        {
          id: 'de-e4b',
          status: 'hooked',
          assignee: 'demo/polecats/rust',
          updatedAt: Date.UTC(2026, 10, 22, 12, 24, 19),
        },
      ]),
    )
  })

  it('has mail with its sender in full, oldest first', () => {
    const mails = told(current.readMail(unreadMail.stdout))
    expect(mails?.map(({ id, from, request }) => [id, from, request])).toEqual([
      ['hq-wisp-wh2', 'demo/witness', { verb: 'cycle' }],
      ['hq-wisp-fy2', 'demo/polecats/rust', { verb: 'shutdown' }],
      ['hq-wisp-mmq', 'mayor/', { verb: 'cycle' }],
    ])
  })

  it('has mail that was read and is still open: nobody waits for that', () => {
    expect(JSON.parse(readMail.stdout)).toHaveLength(2)
    expect(told(current.readMail(readMail.stdout))?.map(({ id }) => id)).toEqual(['hq-wisp-e4v'])
  })

  it('says in the bead of a rig that it is docked', () => {
    expect(current.readRig?.(rigDocked.stdout, demo)).toEqual(
      known({ kind: 'docked', because: 'demo is docked, as its bead says' }),
    )
    expect(current.readRig?.(rigDocked.stdout.replace('status:docked', 'status:parked'), demo)).toMatchObject({
      value: { kind: 'parked' },
    })
    expect(current.readRig?.(rigDocked.stdout.replace('status:docked', 'x'), demo)).toEqual(known(undefined))
    expect(current.readRig?.('[]', demo)).toEqual(known(undefined))
    expect(current.readRig?.(rigDocked.stdout.replaceAll('de-rig-demo', 'de-rig-demo2'), demo)).toEqual(
      known(undefined),
    )
    expect(current.readRig?.('', demo)?.known).toBe(false)
  })

  it('may be wrapped', () => {
    const wrapped = (stdout: string) => JSON.stringify({ schema_version: 1, data: JSON.parse(stdout) })
    expect(current.readAgents(wrapped(agentsOfTown.stdout), town)).toEqual(
      current.readAgents(agentsOfTown.stdout, town),
    )
    expect(current.readMail(wrapped(unreadMail.stdout))).toEqual(current.readMail(unreadMail.stdout))
    expect(current.readHooked?.(wrapped(hooked.stdout))).toEqual(current.readHooked?.(hooked.stdout))
    expect(current.readRig?.(wrapped(rigDocked.stdout), demo)).toEqual(current.readRig?.(rigDocked.stdout, demo))
  })

  it.each([
    ['nothing at all', ''],
    ['prose for an empty list', 'No issues found.\n'],
    ['an object with an error', unknownWork.stdout],
    ['what an unknown flag leads to', unknownFlag.stdout],
    ['an object of wisps', '{"wisps":[],"count":0}'],
    ['a row without an id', '[{"title":"x"}]'],
  ])('is not understood when it is %s', (_, stdout) => {
    expect(current.readAgents(stdout, town).known).toBe(false)
    expect(current.readMail(stdout).known).toBe(false)
    expect(current.readHooked?.(stdout).known).toBe(false)
    expect(current.readRig?.(stdout, demo).known).toBe(false)
  })

  it('tells agents from what else is listed', () => {
    const work = JSON.parse(hooked.stdout)
    const mixed = JSON.stringify([...work, ...JSON.parse(agentsOfTown.stdout), ...JSON.parse(unreadMail.stdout)])
    expect(current.readAgents(mixed, town)).toEqual(current.readAgents(agentsOfTown.stdout, town))
    const older = JSON.stringify([{ id: 'hq-deacon', issue_type: 'agent', description: 'agent_state: idle' }])
    expect(told(current.readAgents(older, town))?.map(({ id }) => id)).toEqual(['hq-deacon'])
  })

  it('leaves out work that nobody has', () => {
    expect(current.readHooked?.('[{"id":"de-1","status":"hooked"}]')).toEqual(known([]))
  })

  it.each([
    ['a mail deleted twice', `${deletedTwice.stdout}${deletedTwice.stderr}`, true],
    ['a mail closed twice', `${closeGone.stdout}${closeGone.stderr}`, true],
    ['a server that is down', `${sentBlind.stdout}${sentBlind.stderr}`, false],
  ])('of %s tells whether the mail is gone', (_, output, gone) => {
    expect(current.isGone(output)).toBe(gone)
  })
})
