import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleActivity } from '../../../src/dialects/activity-files.js'
import { currentKind } from '../../../src/dialects/current.js'
import { idleSince } from '../../../src/domain/activity.js'
import type { Agent } from '../../../src/domain/agent.js'
import { emptyLedger } from '../../../src/domain/ledger.js'
import type { Rig } from '../../../src/domain/snapshot.js'
import { put, putJson } from '../../support/town-folder.js'

let root: string
const at = (path: string): string => join(root, path)
const demo: Rig = { name: 'demo', prefix: 'de' }
const other: Rig = { name: 'other', prefix: 'ot' }
const opened = (...rigs: readonly Rig[]) => currentKind.open(root, rigs)

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'current-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const dolt = { database: 'dolt', backend: 'dolt', dolt_mode: 'server', dolt_database: 'x' }
const makeStore = (folder: string) => putJson(at(join(folder, '.beads/metadata.json')), dolt)
const routes = (...lines: readonly (readonly [prefix: string, path: string])[]) =>
  put(
    at('.beads/routes.jsonl'),
    lines.map(([prefix, path]) => `${JSON.stringify({ prefix: `${prefix}-`, path })}\n`).join(''),
  )

describe('the databases of a current town', () => {
  const databases = (...rigs: readonly Rig[]) => {
    const list = opened(...rigs).databases(root, rigs)
    return list.known ? list.value : list.why
  }

  it("are the town's own, and as fallbacks those of the rigs", () => {
    makeStore('.')
    makeStore('demo')
    routes(['hq', '.'], ['hq-cv', '.'], ['de', 'demo'])
    expect(databases(demo)).toEqual({
      databases: [
        { folder: root, prefixes: ['hq', 'hq-cv'], rigs: [] },
        { folder: at('demo'), prefixes: ['de'], rigs: ['demo'], isFallback: true },
      ],
      skipped: [],
      complaints: [],
      holdsMail: true,
    })
  })

  it('may lie behind a redirect, in the clone of a project that brought them along', () => {
    makeStore('.')
    makeStore('demo/mayor/rig')
    put(at('demo/.beads/redirect'), 'mayor/rig/.beads\n')
    expect(databases(demo)).toMatchObject({
      databases: [{ folder: root }, { folder: at('demo/mayor/rig'), rigs: ['demo'], isFallback: true }],
    })
  })

  it('of two rigs whose routes end in one folder are one', () => {
    makeStore('.')
    makeStore('demo')
    routes(['de', 'demo'], ['ot', 'demo'])
    expect(databases(demo, other)).toMatchObject({ databases: [{ folder: root }, { prefixes: ['de', 'ot'] }] })
  })

  it.each<[string, () => void]>([
    ['no store', () => undefined],
    ['a store without metadata', () => put(at('.beads/issues/.keep'), '')],
    ["a classic town's store", () => putJson(at('.beads/metadata.json'), { database: 'beads.db' })],
    ['a store whose metadata is broken', () => put(at('.beads/metadata.json'), '{"backend')],
  ])('cannot be told where the town has %s', (_, make) => {
    make()
    expect(databases(demo)).toMatch(/\.beads\/metadata\.json (names no database of a Dolt server$|is no JSON)/)
  })

  it('are named where a route leads to nothing', () => {
    makeStore('.')
    routes(['de', 'demo'])
    expect(databases(demo)).toMatchObject({ skipped: ['demo'] })
  })
})

describe('the ids of beads', () => {
  const rust: Agent = { role: 'polecat', rig: 'demo', name: 'rust' }

  it('follow the routes first and the list of rigs second, where they disagree; sessions follow the list', () => {
    routes(['hq', '.'], ['dm', 'demo'])
    const dialect = opened(demo)
    expect(dialect.beadIds(rust, demo)).toEqual(['dm-demo-polecat-rust', 'de-demo-polecat-rust'])
    expect(dialect.sessionName(rust)).toBe('de-rust')
    expect(dialect.readRig?.('[{"id":"dm-rig-demo","labels":["status:docked"]}]', demo)).toMatchObject({
      value: { kind: 'docked' },
    })
  })

  it('have no dash too many, however the prefix is written down', () => {
    const dashed: Rig = { ...demo, writtenPrefix: 'de-' }
    expect(opened(dashed).beadIds(rust, dashed)).toEqual(['de-demo-polecat-rust'])
    expect(opened(dashed).sessionName(rust)).toBe('de--rust')
  })
})

describe('what is odd about prefixes', () => {
  const remarks = (...rigs: readonly Rig[]) => opened(...rigs).remarks?.(root, rigs)

  it('is nothing where all files say the same', () => {
    routes(['hq', '.'], ['de', 'demo'])
    putJson(at('demo/config.json'), { type: 'rig', beads: { prefix: 'de' } })
    expect(remarks(demo, other)).toEqual([])
  })

  it('is said with all that is written down', () => {
    routes(['dm', 'demo'])
    putJson(at('demo/config.json'), { type: 'rig', beads: { prefix: 'dx-' } })
    expect(remarks(demo)).toEqual([
      'the prefix of demo is not the same everywhere: .beads/routes.jsonl says dm, mayor/rigs.json says de, demo/config.json says dx',
    ])
    expect(opened(demo).beadIds({ role: 'witness', rig: 'demo' }, demo)).toEqual([
      'dm-demo-witness',
      'de-demo-witness',
      'dx-demo-witness',
    ])
  })

  it('is that two rigs share one, or that one ends with a dash', () => {
    expect(remarks({ ...demo, writtenPrefix: 'de-' }, { ...other, prefix: 'de' })).toEqual([
      'the prefix de- of demo in mayor/rigs.json ends with a dash',
      'demo and other have one prefix, de: their sessions cannot be told apart',
    ])
  })
})

describe('where an agent of a current town works', () => {
  it.each<[Agent, string, readonly string[]]>([
    [{ role: 'polecat', rig: 'demo', name: 'rust' }, 'demo/polecats/rust/demo', ['demo/polecats/rust/demo']],
    [{ role: 'polecat', rig: 'demo', name: 'rust' }, 'demo/polecats/rust', ['demo/polecats/rust']],
    [{ role: 'witness', rig: 'demo' }, 'demo/witness/rig', ['demo/witness/rig']],
    [{ role: 'witness', rig: 'demo' }, 'demo/witness', ['demo/witness']],
    [{ role: 'witness', rig: 'demo' }, 'demo', ['demo']],
  ])('%o: %s where that is there', (agent, folder, made) => {
    for (const path of made) mkdirSync(at(path), { recursive: true })
    expect(opened(demo).folder(root, agent)).toBe(at(folder))
  })
})

describe("the Dolt server's port", () => {
  const port = (env = {}) => opened().childEnvironment(root, env)['GT_DOLT_PORT']
  const config = (text: string) => put(at('.dolt-data/config.yaml'), text)
  const asWritten = [
    '# Dolt SQL server configuration',
    'log_level: warning',
    '',
    'listener:',
    '  # one for each town',
    '  host: 127.0.0.1',
    '  port: 3971',
    '  max_connections: 1000',
    '',
    'behavior:',
    '  port: 1',
  ].join('\n')

  it('is what its own configuration says, before any variable', () => {
    config(asWritten)
    expect(port({ GT_DOLT_PORT: '1', BEADS_DOLT_PORT: '2', BEADS_DOLT_SERVER_PORT: '3' })).toBe('3971')
    expect(opened().childEnvironment(root, {})).toMatchObject({ BEADS_DOLT_PORT: '3971' })
  })

  it.each([
    ['of another section', 'listener:\n  host: 127.0.0.1\nbehavior:\n  port: 3971\n'],
    ['that is no number', 'listener:\n  port: x\n'],
    ['of nothing', ''],
  ])('is not one %s', (_, text) => {
    config(text)
    expect(port()).toBeUndefined()
    expect(port({ GT_DOLT_PORT: '3972' })).toBe('3972')
  })

  it.each([
    ['as text', { env: { GT_DOLT_PORT: '3973' } }, '3973'],
    ['as a number', { env: { GT_DOLT_PORT: 3973 } }, '3973'],
    ['of its patrol', { patrols: { dolt_server: { enabled: true, port: 3974 } } }, '3974'],
    ['that is none', { env: { GT_DOLT_PORT: 'x' }, patrols: [] }, undefined],
  ])("is that of the daemon's settings %s when nobody else says", (_, settings, expected) => {
    putJson(at('mayor/daemon.json'), settings)
    expect(port()).toBe(expected)
    expect(port({ BEADS_DOLT_PORT: '1' })).toBe('1')
  })
})

describe('what keeps agents of a current town down', () => {
  const deacon: Agent = { role: 'deacon' }
  const witness: Agent = { role: 'witness', rig: 'demo' }
  const witnessOfOther: Agent = { role: 'witness', rig: 'other' }
  const rust: Agent = { role: 'polecat', rig: 'demo', name: 'rust' }
  const all = { deacon, witness, witnessOfOther, rust, mayor: { role: 'mayor' } as const }
  const restraints = () => {
    const found = opened(demo, other).restraints?.(root, [demo, other])
    const kept = Object.entries(all).flatMap(([name, agent]) => {
      const kind = found?.of(agent)?.kind
      return kind === undefined ? [] : [`${name} ${kind}`]
    })
    return { kept, blind: found?.blindSpots.map(({ what }) => what) ?? [] }
  }

  it('is nothing in a town fresh from gt', () => {
    const patrol = { agent: 'witness', enabled: true, interval: '5m', rigs: ['demo', 'other'] }
    putJson(at('mayor/daemon.json'), { patrols: { deacon: { enabled: true }, witness: patrol }, version: 1 })
    putJson(at('.beads-wisp/config/demo.json'), { rig: 'demo', values: {}, blocked: [] })
    expect(restraints()).toEqual({ kept: [], blind: [] })
  })

  it.each<[string, string, unknown, readonly string[]]>([
    ['a paused deacon', '.runtime/deacon/paused.json', { paused: true, reason: 'why not' }, ['deacon paused']],
    ['a pause that is over', '.runtime/deacon/paused.json', { paused: false }, []],
    ['a patrol switched off', 'mayor/daemon.json', { patrols: { deacon: { enabled: false } } }, ['deacon disabled']],
    [
      'a patrol that does not say it is on',
      'mayor/daemon.json',
      { patrols: { witness: {} } },
      ['witness disabled', 'witnessOfOther disabled'],
    ],
    [
      'a patrol of other rigs',
      'mayor/daemon.json',
      { patrols: { witness: { enabled: true, rigs: ['other'] } } },
      ['witness disabled'],
    ],
    ['a patrol of every rig', 'mayor/daemon.json', { patrols: { witness: { enabled: true, rigs: [] } } }, []],
    ['no patrols', 'mayor/daemon.json', { type: 'daemon-patrol-config' }, []],
    [
      'patrols switched off for the town',
      'settings/config.json',
      { disabled_patrols: ['witness', 'refinery'] },
      ['witness disabled', 'witnessOfOther disabled'],
    ],
    [
      'a rig that restarts nobody',
      '.beads-wisp/config/demo.json',
      { values: { auto_restart: false } },
      ['witness disabled', 'rust disabled'],
    ],
    [
      'a rig in which restarts are blocked',
      '.beads-wisp/config/demo.json',
      { values: {}, blocked: ['auto_restart'] },
      ['witness disabled', 'rust disabled'],
    ],
    ['a rig that restarts its agents', '.beads-wisp/config/demo.json', { values: { auto_restart: true } }, []],
  ])('is %s', (_, path, content, kept) => {
    putJson(at(path), content)
    expect(restraints()).toEqual({ kept, blind: [] })
  })

  it.each<[string, string, readonly string[]]>([
    ['.runtime/deacon/paused.json', 'whether the deacon is paused', ['deacon disabled']],
    [
      'mayor/daemon.json',
      'which patrols are switched on',
      ['deacon disabled', 'witness disabled', 'witnessOfOther disabled'],
    ],
    [
      'settings/config.json',
      'which patrols are switched off',
      ['deacon disabled', 'witness disabled', 'witnessOfOther disabled'],
    ],
    ['.beads-wisp/config/demo.json', 'whether demo restarts its agents', ['witness disabled', 'rust disabled']],
  ])('cannot be told while %s is broken: whoever it is about stays down', (path, what, kept) => {
    for (const text of ['{"half', '[]', '{"paused":"yes","patrols":5,"disabled_patrols":5,"values":5}']) {
      put(at(path), text)
      expect(restraints()).toEqual({ kept, blind: [what] })
    }
  })
})

describe('the last word of a polecat', () => {
  const leave = (content: string) => {
    put(at('.runtime/heartbeats/de-rust.json'), content)
    return opened(demo).leaveOf?.(root, 'de-rust')
  }

  it('is that it was ending its work, as gt done writes it', () => {
    const written =
      '{"timestamp":"2026-11-22T18:49:25.85042826Z","state":"exiting","context":"gt done","bead":"de-m6e"}'
    expect(leave(written)).toEqual({ at: Date.UTC(2026, 10, 22, 18, 49, 25, 850), work: 'de-m6e' })
    expect(leave('{"timestamp":"2026-11-22T18:49:25Z","state":"exiting"}')).toMatchObject({ work: '' })
  })

  it.each([
    ['that it works', '{"timestamp":"2026-11-22T18:49:25Z","state":"working"}'],
    ['that it is stuck', '{"timestamp":"2026-11-22T18:49:25Z","state":"stuck"}'],
    ['of an older gt', '{"timestamp":"2026-11-22T18:49:25Z"}'],
    ['without a time', '{"state":"exiting"}'],
    ['broken', '{"state":"exi'],
  ])('is none %s', (_, content) => {
    expect(leave(content)).toBeUndefined()
  })

  it('is none where there is no such file', () => {
    expect(opened(demo).leaveOf?.(root, 'de-rust')).toBeUndefined()
  })
})

describe('when a current town was last active', () => {
  const now = Date.UTC(2026, 10, 22, 18)
  const touch = (path: string, secondsAgo: number) => {
    put(at(path), '{}\n')
    const time = now / 1000 - secondsAgo
    utimesSync(at(path), time, time)
  }
  const lastCheck = { startedAt: now - 305_000, endedAt: now - 300_000, intervalSeconds: 300 }
  const idle = (ledger = {}) => {
    const stamps = opened().activityStamps(sampleActivity(root, {}, now))
    return idleSince(stamps, { ...emptyLedger, ...ledger }, now).idleSeconds
  }

  it('nobody can tell in a town where nothing ever happened', () => {
    expect(idle()).toBeNull()
  })

  it('is told by its events and the heartbeats of its agents, whichever is newest', () => {
    touch('.events.jsonl', 600)
    expect(idle()).toBe(600)
    touch('.runtime/heartbeats/de-rust.json', 60)
    touch('.runtime/heartbeats/de-old.json', 7200)
    touch('.runtime/heartbeats/de-new.json.lock', 1)
    expect(idle()).toBe(60)
  })

  it('is not what the last check left itself', () => {
    touch('.events.jsonl', 303)
    touch('.runtime/heartbeats/de-rust.json', 2000)
    expect(idle({ lastCheck })).toBe(2000)
    touch('.runtime/heartbeats/de-rust.json', 301)
    expect(idle({ lastCheck, activityAt: now - 4_000_000 })).toBe(4000)
    expect(idle({ lastCheck })).toBe(305)
  })
})
