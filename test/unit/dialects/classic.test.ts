import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classicActivityFiles } from '../../../src/dialects/activity-files.js'
import { classic } from '../../../src/dialects/classic.js'
import { type Database, databaseOf } from '../../../src/dialects/database.js'
import { commandOf } from '../../../src/dialects/dialect.js'
import { type Agent, address, rigNameComplaint, workerNameComplaint } from '../../../src/domain/agent.js'
import noDatabase from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-nodb.json' with { type: 'json' }
import updateFromTown from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-update-from-town.json' with { type: 'json' }
import mailUnknown from '../../fixtures/gt-0.1.0-bd-0.41.0/mail-delete-unknown.json' with { type: 'json' }

const T = '/town'
const gastown = { name: 'gastown', prefix: 'gt' }
const beads = { name: 'beads', prefix: 'bd' }
const polecat: Agent = { role: 'polecat', rig: 'gastown', name: 'rust-y' }
const crew: Agent = { role: 'crew', rig: 'gastown', name: 'max' }

describe('the names of a classic town', () => {
  it.each<[Agent, string, string, string]>([
    [{ role: 'deacon' }, 'gt-deacon', '/town/deacon', '/town/deacon/state.json'],
    [{ role: 'mayor' }, 'gt-mayor', '/town', '/town/mayor/state.json'],
    [{ role: 'witness', rig: 'a-b' }, 'gt-a-b-witness', '/town/a-b/witness', '/town/a-b/witness/state.json'],
    [{ role: 'refinery', rig: 'r' }, 'gt-r-refinery', '/town/r/refinery/rig', '/town/r/refinery/state.json'],
    [crew, 'gt-gastown-crew-max', '/town/gastown/crew/max', '/town/gastown/crew/max/state.json'],
    [polecat, 'gt-gastown-rust-y', '/town/gastown/polecats/rust-y', '/town/gastown/polecats/rust-y/state.json'],
  ])('%o is %s in %s with %s', (agent, session, folder, state) => {
    expect(classic.sessionName(agent)).toBe(session)
    expect(classic.folder(T, agent)).toBe(folder)
    expect(classic.stateFile(T, agent)).toBe(state)
  })

  it.each<[Agent, typeof gastown | undefined, readonly string[]]>([
    [{ role: 'deacon' }, undefined, ['gt-deacon']],
    [{ role: 'mayor' }, undefined, ['gt-mayor']],
    [{ role: 'witness', rig: 'gastown' }, gastown, ['gt-gastown-witness']],
    [{ role: 'witness', rig: 'beads' }, beads, ['gt-beads-witness', 'bd-beads-witness']],
    [{ role: 'refinery', rig: 'beads' }, undefined, ['gt-beads-refinery']],
    [crew, gastown, ['gt-gastown-crew-max']],
    [polecat, gastown, ['gt-gastown-polecat-rust-y', 'gt-polecat-gastown-rust-y']],
    [
      { role: 'polecat', rig: 'beads', name: 'x' },
      beads,
      ['gt-beads-polecat-x', 'bd-beads-polecat-x', 'gt-polecat-beads-x', 'bd-polecat-beads-x'],
    ],
  ])('the bead of %o (%o) has one of the ids %o', (agent, rig, ids) => {
    expect(classic.beadIds(agent, rig)).toEqual(ids)
  })

  it('of an agent whose name is allowed can be told apart from any option, pattern or path', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,11}$/)
    fc.assert(
      fc.property(word, word, (rig, name) => {
        fc.pre(workerNameComplaint(name) === undefined)
        expect(rigNameComplaint(rig)).toBeUndefined()
        const agent: Agent = { role: 'polecat', rig, name }
        const names = [classic.sessionName(agent), ...classic.beadIds(agent, { name: rig, prefix: undefined })]
        for (const one of names) expect(one).toMatch(/^gt-[A-Za-z0-9_-]+$/)
        expect(classic.folder(T, agent)).toBe(`/town/${rig}/polecats/${name}`)
      }),
    )
  })
})

describe('who an agent is told to be', () => {
  it.each<[Agent, Readonly<Record<string, string>>]>([
    [{ role: 'deacon' }, { GT_ROLE: 'deacon', BD_ACTOR: 'deacon' }],
    [{ role: 'mayor' }, { GT_ROLE: 'mayor', BD_ACTOR: 'mayor' }],
    [
      { role: 'witness', rig: 'gastown' },
      { GT_ROLE: 'witness', GT_RIG: 'gastown', BD_ACTOR: 'gastown/witness' },
    ],
    [
      { role: 'refinery', rig: 'gastown' },
      { GT_ROLE: 'refinery', GT_RIG: 'gastown', BD_ACTOR: 'gastown/refinery' },
    ],
    [crew, { GT_ROLE: 'crew', GT_RIG: 'gastown', GT_CREW: 'max', BD_ACTOR: 'gastown/crew/max' }],
    [
      polecat,
      {
        GT_ROLE: 'polecat',
        GT_RIG: 'gastown',
        GT_POLECAT: 'rust-y',
        BD_ACTOR: 'gastown/polecats/rust-y',
        BEADS_DIR: '/town/gastown/.beads',
        BEADS_NO_DAEMON: '1',
        BEADS_AGENT_NAME: 'gastown/rust-y',
      },
    ],
  ])('%o', (agent, environment) => {
    expect(classic.environment(T, agent)).toEqual(environment)
    expect(environment['BD_ACTOR']).toBe(address(agent))
  })
})

describe('what bd and gt are told', () => {
  const rig: Database = { folder: '/town/gastown/mayor/rig', prefixes: ['gt'], rigs: ['gastown'] }
  const bead = { id: 'gt-deacon', database: rig.folder, state: '', hook: '', updatedAt: 0, description: '' }

  it.each([
    ['to list agents', classic.listAgents(rig), 'bd --readonly list --type=agent --json --limit 0', rig.folder],
    [
      'to list the deacon’s mail',
      classic.listMail(T),
      'bd --readonly list --type message --assignee deacon/ --status open --json --limit 0',
      T,
    ],
    [
      'to list all mail of a witness',
      classic.listSent(T, 'gastown/witness'),
      'bd --readonly list --type message --assignee gastown/witness --all --json --limit 0',
      T,
    ],
    ['to show a bead', classic.showBead(rig.folder, 'gt-w1'), 'bd --readonly show gt-w1 --json', rig.folder],
    ['to show beads', classic.showBeads(T, ['gt-1', 'gt-2']), 'bd --readonly show gt-1 gt-2 --json', T],
    ['to delete a mail', classic.deleteMail(T, 'gm-1'), 'gt mail delete gm-1', T],
    ['to close a mail', classic.closeMail(T, 'gm-1'), 'bd close gm-1', T],
    [
      'to describe a bead where it lives',
      classic.describeBead(bead, 'x'),
      'bd update gt-deacon --body-file x',
      rig.folder,
    ],
  ])('%s', (_, { program, args, cwd }, line, folder) => {
    expect([program, ...args].join(' ')).toBe(line)
    expect(cwd).toBe(folder)
  })

  it('a text is one word behind its flag, whatever it begins with', () => {
    expect(classic.describeBead(bead, '/a file').args.slice(-2)).toEqual(['--body-file', '/a file'])
    const { args } = classic.sendMail(T, { to: 'gastown/witness', subject: '-n', body: '--permanent\nx' })
    expect(args).toEqual(['mail', 'send', 'gastown/witness', '-s', '-n', '-m', '--permanent\nx'])
  })

  it('a notice is signed by the check, whoever runs it', () => {
    const call = classic.sendMail(T, { to: 'mayor/', subject: 's', body: 'b' })
    const { env } = commandOf(classic, call, { root: T, env: { GT_ROLE: 'mayor', BD_ACTOR: 'mayor', PATH: '/bin' } })
    expect(env).toMatchObject({ GT_ROLE: 'gt-heartbeat/check', PATH: '/bin' })
    expect(env).not.toHaveProperty('BD_ACTOR')
  })
})

describe('the environment of every bd and gt', () => {
  const foreign = {
    GT_ROLE: 'polecat',
    GT_RIG: 'r',
    GT_POLECAT: 'p',
    GT_CREW: 'c',
    GT_SESSION: 's',
    GT_AGENT: 'a',
    BD_ACTOR: 'x',
    BD_AGENT_MODE: '1',
    BD_DB: '/elsewhere.db',
    BEADS_DIR: '/elsewhere',
    BEADS_DB: '/elsewhere.db',
    TMUX: '/tmp/tmux-0/default,1,0',
    TMUX_PANE: '%0',
    CLAUDE_CODE: '1',
    CLAUDECODE: '1',
    NODE_OPTIONS: '--inspect',
    NODE_CHANNEL_FD: '3',
    npm_config_user_agent: 'npm',
    npm_lifecycle_event: 'test',
  }
  const kept = { HOME: '/home/u', PATH: '/bin', LANG: 'C.UTF-8', SSH_AUTH_SOCK: '/s', TMUX_TMPDIR: '/t' }

  it('has nothing of whoever runs the check, and keeps bd from starting servers and gt from noting us', () => {
    expect(classic.childEnvironment(T, { ...kept, ...foreign, GT_TOWN_ROOT: '/town', MISSING: undefined })).toEqual({
      ...kept,
      BEADS_AUTO_START_DAEMON: 'false',
      BEADS_DOLT_AUTO_START: '0',
      BD_BACKUP_ENABLED: 'false',
      GT_TOWN_ROOT: '/dev/null',
      GT_ROOT: '/dev/null',
    })
  })
})

describe('a mail that could not be deleted', () => {
  it.each([
    [mailUnknown.stderr, true],
    [updateFromTown.stderr, true],
    ['Error: issue gm-1 not found', true],
    ['Error: gm-1 is already closed', true],
    [noDatabase.stderr, false],
    ['Error: exec: "bd": executable file not found in $PATH', false],
    ['Error: database is locked', false],
    ['', false],
  ])('%j: is it gone? %s', (output, gone) => {
    expect(classic.isGone(output)).toBe(gone)
  })
})

it('activity is told by the file of this town, then by those of $GT_TOWN_ROOT and ~/gt', () => {
  expect(classicActivityFiles(T, { GT_TOWN_ROOT: '/other', HOME: '/home/u' })).toEqual([
    '/town/daemon/activity.json',
    '/other/daemon/activity.json',
    '/home/u/gt/daemon/activity.json',
  ])
  expect(classicActivityFiles(T, { GT_TOWN_ROOT: '/town', HOME: '' })).toEqual(['/town/daemon/activity.json'])
  expect(classicActivityFiles(T)).toEqual(['/town/daemon/activity.json'])
})

describe('the database of an issue', () => {
  const at = (folder: string, ...prefixes: string[]): Database => ({ folder, prefixes, rigs: [] })
  const databases = [at('/t'), at('/gt', 'gt'), at('/gt-x', 'gt-x'), at('/b', 'bd', 'be')]
  it.each([
    ['gt-w1', '/gt'],
    ['gt-x-1', '/gt-x'],
    ['gt-xy-1', '/gt'],
    ['be-1', '/b'],
    ['gtx-1', undefined],
    ['gt', undefined],
    ['', undefined],
  ])('%s lives in %s', (id, folder) => {
    expect(databaseOf(databases, id)?.folder).toBe(folder)
  })
})
