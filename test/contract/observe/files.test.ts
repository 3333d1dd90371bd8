import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleActivity } from '../../../src/dialects/activity-files.js'
import { classic } from '../../../src/dialects/classic.js'
import { idleSince } from '../../../src/domain/activity.js'
import { type Agent, address } from '../../../src/domain/agent.js'
import { known } from '../../../src/domain/known.js'
import { emptyLedger } from '../../../src/domain/ledger.js'
import { readFlags } from '../../../src/observe/flags.js'
import { lookAtFolder } from '../../../src/observe/folder.js'
import { readPending } from '../../../src/observe/pending.js'
import { readRestraints, restraintOf } from '../../../src/observe/restraints.js'
import { readRigs } from '../../../src/observe/rigs.js'
import { whoseSessions } from '../../../src/observe/whose.js'
import { takeCensus } from '../../../src/observe/workers.js'
import { deacon, ledgerOf, polecat, witness } from '../../support/town-builder.js'
import { put, putJson } from '../../support/town-folder.js'

let root: string
const at = (...path: readonly string[]) => join(root, ...path)

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'looking-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the list of rigs', () => {
  const rigs = (text: string) => {
    put(at('mayor/rigs.json'), text)
    return readRigs(root)
  }

  it.each<[string, string, readonly unknown[]]>([
    [
      'as gt writes it',
      '{"version":1,"rigs":{"gastown":{"git_url":"x","beads":{"repo":"","prefix":"gt"}}}}',
      [{ name: 'gastown', prefix: 'gt' }],
    ],
    [
      'with a dash behind the prefix',
      '{"rigs":{"a":{"beads":{"prefix":"ab-"}}}}',
      [{ name: 'a', prefix: 'ab', writtenPrefix: 'ab-' }],
    ],
    [
      'with rigs of which nothing is said',
      '{"rigs":{"a":null,"b":{},"constructor":5}}',
      ['a', 'b', 'constructor'].map((name) => ({ name, prefix: undefined })),
    ],
    [
      'with an empty prefix',
      '{"rigs":{"a":{"beads":{"prefix":"-"}}}}',
      [{ name: 'a', prefix: undefined, writtenPrefix: '-' }],
    ],
    ['without rigs', '{"rigs":{}}', []],
  ])('%s', (_, text, found) => {
    expect(rigs(text)).toEqual({ rigs: known(found), findings: [] })
  })

  it.each(['', '{', '[]', 'null', '{}', '{"rigs":[]}', '{"rigs":null}', '\xff'])(
    '%j is none: nobody can tell',
    (text) => {
      const { rigs: found } = rigs(text)
      expect(found).toMatchObject({ known: false, why: expect.stringContaining('mayor/rigs.json') })
    },
  )

  it('that is missing is no empty one', () => {
    expect(readRigs(root).rigs).toMatchObject({ known: false, why: expect.stringContaining('mayor/rigs.json') })
  })

  it('leaves out names that must reach neither a program nor a path, and says so', () => {
    const names = ['../x', '-x', 'a b', 'a:b', '$(x)', 'a\nb', '.x', "a'b", 'a.b', 'gut', '']
    const { rigs: found, findings } = rigs(
      JSON.stringify({ rigs: Object.fromEntries(names.map((name) => [name, {}])) }),
    )
    expect(found).toEqual(known([{ name: 'gut', prefix: undefined }]))
    expect(findings).toHaveLength(10)
    for (const finding of findings)
      expect(finding).toMatchObject({ rule: 'looking', verdict: 'skipped-name', wantsPerson: true })
  })
})

describe('who works in the town', () => {
  it('is told by its folders', () => {
    for (const folder of ['r/crew/max', 'r/polecats/toast', 'r/polecats/.claude', 'q'])
      mkdirSync(at(folder), { recursive: true })
    put(at('r/polecats/README'), 'no folder')
    symlinkSync(at('r/polecats/toast'), at('r/polecats/link'))
    const { agents, ...rest } = takeCensus(root, [
      { name: 'r', prefix: 'gt' },
      { name: 'q', prefix: undefined },
    ])
    expect(agents.map(address)).toEqual([
      'deacon',
      'mayor',
      'r/witness',
      'r/refinery',
      'r/crew/max',
      'r/polecats/toast',
      'q/witness',
      'q/refinery',
    ])
    expect(rest).toEqual({ findings: [], blindSpots: [], unlistedRigs: [] })
  })

  it('leaves out folders that cannot be workers, and says so once each', () => {
    for (const name of ['-x', 'a b', 'witness', 'refinery', '$(touch x)', 'a\nb', 'ok'])
      mkdirSync(at('r/polecats', name), { recursive: true })
    const { agents, findings } = takeCensus(root, [{ name: 'r', prefix: undefined }])
    expect(agents.slice(4)).toEqual([{ role: 'polecat', rig: 'r', name: 'ok' }])
    expect(findings).toHaveLength(6)
    expect(findings.every(({ verdict, because }) => verdict === 'skipped-name' && !because.includes('\n'))).toBe(true)
  })

  it('cannot be told where a folder cannot be listed', () => {
    put(at('r/polecats'), 'a file in its place')
    const census = takeCensus(root, [{ name: 'r', prefix: undefined }])
    expect(census.unlistedRigs).toEqual(['r'])
    expect(census.blindSpots).toMatchObject([{ what: 'polecats of r', why: expect.stringContaining('r/polecats') }])
  })
})

describe('a work folder', () => {
  const toast: Agent = { role: 'polecat', rig: 'r', name: 'toast' }
  const folder = (agent: Agent) => lookAtFolder(classic.folder(root, agent), agent)

  it('of the deacon is made when it is missing, so that is no obstacle', () => {
    expect(folder({ role: 'deacon' })).toEqual(known('ready'))
    put(at('deacon'), 'a file in its place')
    expect(folder({ role: 'deacon' })).toEqual(known('missing'))
  })

  it('of a witness has to be there', () => {
    expect(folder({ role: 'witness', rig: 'r' })).toEqual(known('missing'))
    mkdirSync(at('r/witness'), { recursive: true })
    expect(folder({ role: 'witness', rig: 'r' })).toEqual(known('ready'))
  })

  it('of a polecat has to be a git work tree whose repository is there', () => {
    expect(folder(toast)).toEqual(known('missing'))
    mkdirSync(at('r/polecats/toast'), { recursive: true })
    expect(folder(toast)).toEqual(known('not-a-worktree'))
    put(at('r/polecats/toast/.git'), `gitdir: ${at('repo/worktrees/toast')}\n`)
    expect(folder(toast)).toEqual(known('not-a-worktree'))
    put(at('repo/worktrees/toast/HEAD'), 'ref: refs/heads/x\n')
    expect(folder(toast)).toEqual(known('ready'))
    put(at('r/polecats/toast/.git'), 'gitdir: ../../../repo/worktrees/toast\n')
    expect(folder(toast)).toEqual(known('ready'))
    put(at('r/polecats/toast/.git'), 'nonsense')
    expect(folder(toast)).toEqual(known('not-a-worktree'))
  })

  it.each<[string, Agent]>([
    ['a crew member', { role: 'crew', rig: 'r', name: 'max' }],
    ['a refinery', { role: 'refinery', rig: 'r' }],
    ['a mayor', { role: 'mayor' }],
  ])('of %s may be a clone, or any folder', (_, agent) => {
    mkdirSync(classic.folder(root, agent), { recursive: true })
    expect(folder(agent)).toEqual(known('ready'))
    put(join(classic.folder(root, agent), '.git/HEAD'), 'ref: refs/heads/main\n')
    expect(folder(agent)).toEqual(known('ready'))
  })

  it('of a crew member has to be there', () => {
    expect(folder({ role: 'crew', rig: 'r', name: 'max' })).toEqual(known('missing'))
  })

  it('that cannot be reached is not missing', () => {
    mkdirSync(at('r'))
    symlinkSync('polecats', at('r/polecats'))
    expect(folder(toast)).toMatchObject({ known: false, why: expect.stringContaining('r/polecats/toast') })
  })
})

describe("an agent's state file", () => {
  const flags = (value: unknown) => {
    putJson(at('state.json'), value)
    return readFlags(at('state.json'))
  }

  it('that is missing has no flags', () => {
    expect(readFlags(at('state.json'))).toEqual(known(null))
  })

  it('tells what the agent asks for; only true is true', () => {
    expect(flags({ requesting_cycle: true, requesting_restart: 'true', requesting_shutdown: 1, other: 'x' })).toEqual(
      known({
        path: at('state.json'),
        requesting: { cycle: true, restart: false, shutdown: false },
        got: { restart: '"true"', shutdown: '1' },
      }),
    )
    expect(
      flags({ requesting_cycle: { a: 1 }, requesting_restart: null, requesting_shutdown: 'x'.repeat(99) }),
    ).toMatchObject({
      value: { got: { cycle: 'an object', restart: 'null', shutdown: 'a text' } },
    })
  })

  it.each([[[]], ['x'], [5]])('that holds %j cannot be read', (value) => {
    expect(flags(value)).toMatchObject({ known: false, why: expect.stringContaining('state.json') })
  })
})

describe('the list of spawns', () => {
  const entry = {
    rig: 'r',
    polecat: 'p',
    session: 'gt-r-p',
    issue: 'r-1',
    spawned_at: '2026-01-05T12:00:00.5+01:00',
    mail_id: 'gm-1',
  }
  const pending = (text: string) => {
    put(at('spawn/pending.json'), text)
    return readPending(root)
  }

  it('is empty where there is no such file, or nothing in it', () => {
    expect(readPending(root)).toEqual(known([]))
    expect(pending('null')).toEqual(known([]))
    expect(pending('[]')).toEqual(known([]))
  })

  it('is read as gt writes it', () => {
    expect(pending(JSON.stringify([entry]))).toEqual(
      known([
        {
          rig: 'r',
          polecat: 'p',
          session: 'gt-r-p',
          issue: 'r-1',
          spawnedAt: Date.UTC(2026, 0, 5, 11, 0, 0, 500),
          mailId: 'gm-1',
        },
      ]),
    )
  })

  it.each([
    ['nothing', ''],
    ['an object', '{}'],
    ['an entry with a bad time', JSON.stringify([entry, { ...entry, spawned_at: '2026-01-05 12:00:00' }])],
    ['an entry without a polecat', JSON.stringify([{ ...entry, polecat: undefined }])],
  ])('that holds %s cannot be read', (_, text) => {
    expect(pending(text)).toMatchObject({ known: false, why: expect.stringContaining('spawn/pending.json') })
  })
})

describe('who is left alone', () => {
  const rigs = [{ name: 'r', prefix: undefined }]
  const toast = polecat('r', 'toast', { state: 'dead' })
  const restraint = (sight = toast, ledger = emptyLedger) => restraintOf(sight, readRestraints(root, rigs), ledger)
  const standDown = (name: string) => put(at('daemon/heartbeat/stand-down', name), '')

  it('is nobody where nothing says so', () => {
    expect(restraint()).toBeUndefined()
    expect(readRestraints(root, rigs).blindSpots).toEqual([])
  })

  it.each<[string, string]>([
    ['town', 'gt-heartbeat up'],
    ['r', 'gt-heartbeat up r'],
    ['r%2Fpolecats%2Ftoast', 'gt-heartbeat up r/polecats/toast'],
  ])('by a stand-down of %s', (name, command) => {
    standDown(name)
    expect(restraint()).toMatchObject({ kind: 'stood-down', because: expect.stringContaining(command) })
    expect(restraint(witness('q'))?.kind).toBe(name === 'town' ? 'stood-down' : undefined)
    expect(restraint(deacon())?.kind).toBe(name === 'town' ? 'stood-down' : undefined)
  })

  it('by the emergency stop of a rig', () => {
    put(at('ESTOP.r'), '')
    expect(restraint()).toMatchObject({ kind: 'estop' })
    expect(restraint(deacon())).toBeUndefined()
  })

  it.each(['parked', 'docked'] as const)('when its rig is %s', (status) => {
    putJson(at('.beads-wisp/config/r.json'), { rig: 'r', values: { status } })
    expect(restraint()).toEqual({ kind: status, because: `r is ${status}` })
  })

  it.each([{ values: {} }, { values: null }, {}, { values: { status: 'active' } }])(
    'but not when its rig is set to %j',
    (settings) => {
      putJson(at('.beads-wisp/config/r.json'), settings)
      expect(restraint()).toBeUndefined()
    },
  )

  it('when nobody can tell whether its rig is parked', () => {
    put(at('.beads-wisp/config/r.json'), '{')
    expect(restraint()).toMatchObject({ kind: 'parked', because: expect.stringContaining('nobody can tell') })
    expect(readRestraints(root, rigs).blindSpots).toMatchObject([{ what: 'whether r is parked' }])
  })

  it('when nobody can tell who was told to stay down', () => {
    put(at('daemon/heartbeat/stand-down'), 'a file in its place')
    expect(restraint()).toMatchObject({ kind: 'stood-down' })
    expect(readRestraints(root, rigs).blindSpots).toHaveLength(1)
  })

  it.each<[string, Parameters<typeof polecat>[2], string | null, boolean]>([
    ['its session is gone', { state: 'dead' }, '', true],
    ['a session of it appeared', { state: 'alive' }, '', false],
    ['a session of it appeared and became a zombie', { state: 'zombie' }, '', false],
    ['nobody can tell whether it has a session', { state: 'unknown', blind: true }, '', true],
    ['the same bead is on its hook', { state: 'dead', bead: { hook: 'r-1' } }, 'r-1', true],
    ['another bead is on its hook', { state: 'dead', bead: { hook: 'r-2' } }, 'r-1', false],
    ['a bead came onto its empty hook', { state: 'dead', bead: { hook: 'r-2' } }, '', false],
    ['its hook was not known when it asked', { state: 'dead', bead: { hook: 'r-2' } }, null, true],
    ['nobody can tell what is on its hook', { state: 'dead', bead: { known: false, why: 'x' } }, 'r-1', true],
  ])('after its own shutdown request, while %s: %j', (_, options, hook, stays) => {
    const ledger = ledgerOf({ 'r/polecats/toast': { standDown: { since: 0, hook } } })
    expect(restraint(polecat('r', 'toast', options), ledger)?.kind).toBe(stays ? 'stood-down' : undefined)
  })
})

describe('the activity of the town', () => {
  const now = Date.UTC(2026, 0, 5, 12)
  const written = (place: string, timestamp: string) =>
    putJson(join(place, 'daemon/activity.json'), { last_command: 'gt', timestamp })
  const idle = (env: Record<string, string> = {}) => {
    return idleSince(classic.activityStamps(sampleActivity(root, env, now)), emptyLedger, now).idleSeconds
  }

  it('is told by this town’s own file before any other', () => {
    written(root, '2026-01-05T11:50:00Z')
    written(at('other'), '2026-01-05T11:59:00Z')
    expect(idle({ GT_TOWN_ROOT: at('other'), HOME: root })).toBe(600)
  })

  it('is told by $GT_TOWN_ROOT’s, then by ~/gt’s, where this town has none that can be read', () => {
    put(at('daemon/activity.json'), '{"timestamp": "yesterday"}')
    written(at('gt'), '2026-01-05T11:58:00Z')
    expect(idle({ GT_TOWN_ROOT: at('other'), HOME: root })).toBe(120)
    written(at('other'), '2026-01-05T13:59:00+02:00')
    expect(idle({ GT_TOWN_ROOT: at('other'), HOME: root })).toBe(60)
  })

  it.each(['', '{', '{}', '{"timestamp":5}', '{"timestamp":"2026-01-05 12:00:00"}'])('cannot be told by %j', (text) => {
    put(at('daemon/activity.json'), text)
    expect(idle()).toBeNull()
  })
})

describe('whose a session is', () => {
  it('is told by the town that its folder lies in, also behind a link and where the folder is gone', () => {
    putJson(at('town/mayor/town.json'), {})
    putJson(at('other/mayor/town.json'), {})
    symlinkSync(at('town'), at('link'))
    const whose = whoseSessions(at('town'))
    expect(
      ['town', 'town/deacon', 'link/deacon', 'town-2', 'other/r/gone', '.', ''].map((path) =>
        whose({ path: path && at(path) }),
      ),
    ).toEqual(['ours', 'ours', 'ours', "no town's", "another town's", "no town's", "no town's"])
  })
})
