import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { classic } from '../../../src/dialects/classic.js'
import type { DatabaseList } from '../../../src/dialects/database.js'
import { put, putJson } from '../../support/town-folder.js'

let root: string
const at = (...path: readonly string[]) => join(root, ...path)

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'databases-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const rigs = [
  { name: 'gastown', prefix: 'gt' },
  { name: 'beads', prefix: 'bd' },
]
const database = (...places: readonly string[]) => {
  for (const place of places) put(at(place, '.beads/beads.db'), '')
}
const route = (prefix: string, path: string) => JSON.stringify({ prefix, path })
const routes = (...lines: readonly string[]) => put(at('.beads/routes.jsonl'), `${lines.join('\n')}\n`)

function found(): DatabaseList {
  const list = classic.databases(root, rigs)
  if (!list.known) throw new Error(list.why)
  return list.value
}
const folders = () => found().databases.map(({ folder }) => folder.slice(root.length + 1) || '.')

describe('the databases of a town', () => {
  it('are its own and those of its routes, as `gt rig add` leaves them', () => {
    database('', 'gastown/mayor/rig')
    putJson(at('beads/.beads/metadata.json'), { database: 'beads.db', jsonl_export: 'issues.jsonl' })
    routes(route('gt-', 'gastown/mayor/rig'), route('bd-', 'beads/mayor/rig'))
    expect(found()).toEqual({
      databases: [
        { folder: root, prefixes: [], rigs: [] },
        { folder: at('gastown/mayor/rig'), prefixes: ['gt'], rigs: ['gastown'] },
      ],
      skipped: ['beads/mayor/rig'],
      complaints: [],
      holdsMail: true,
    })
  })

  it('are found in the usual places where there are no routes', () => {
    database('', 'gastown/mayor/rig', 'gastown', 'beads')
    expect(folders()).toEqual(['.', 'gastown/mayor/rig', 'gastown', 'beads'])
  })

  it('are found in the usual places for a rig that no route leads to', () => {
    database('', 'gastown/mayor/rig', 'beads', 'gastown')
    routes(route('gt-', 'gastown/mayor/rig'))
    expect(found().databases.map(({ folder, rigs }) => [folder.slice(root.length), rigs])).toEqual([
      ['', []],
      ['/gastown/mayor/rig', ['gastown']],
      ['/beads', ['beads']],
    ])
  })

  it('come once, however many ways lead to them', () => {
    database('', 'gastown/mayor/rig')
    put(at('gastown/.beads/redirect'), '# where the issues are\nmayor/rig/.beads\n')
    symlinkSync(at('gastown/mayor/rig'), at('link'))
    routes(route('gt-', 'gastown/mayor/rig'), route('gt-', 'gastown'), route('gx-', 'link/'), route('hq-', '.'))
    expect(found().databases).toEqual([
      { folder: root, prefixes: ['hq'], rigs: [] },
      { folder: at('gastown/mayor/rig'), prefixes: ['gt', 'gx'], rigs: [] },
    ])
  })

  it('belong to the rigs with their prefix when they lie in no rig’s folder', () => {
    database('', 'shared')
    routes(route('bd-', 'shared'))
    expect(found().databases[1]).toEqual({ folder: at('shared'), prefixes: ['bd'], rigs: ['beads'] })
  })

  it('may lie outside the town only where a redirect leads there', () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'outside-')))
    put(join(outside, '.beads/beads.db'), '')
    put(at('.beads/redirect'), join(outside, '.beads'))
    expect(found()).toMatchObject({ databases: [{ folder: outside }], holdsMail: true })
    rmSync(outside, { recursive: true })
  })

  it('under another name than .beads are asked where the redirect lies', () => {
    put(at('store/beads.db'), '')
    put(at('.beads/redirect'), 'store')
    expect(folders()).toEqual(['.'])
  })

  it('are none in a town that has none: nobody can have sent mail', () => {
    expect(found()).toEqual({ databases: [], skipped: [], complaints: [], holdsMail: false })
  })

  it('are asked of bd wherever a .beads of the town stands, whatever is in it', () => {
    mkdirSync(at('.beads'))
    expect(found()).toMatchObject({ databases: [{ folder: root }], skipped: [], holdsMail: true })
  })

  it('cannot be told where the routes cannot be read', () => {
    mkdirSync(at('.beads/routes.jsonl'), { recursive: true })
    expect(classic.databases(root, rigs)).toMatchObject({ known: false, why: expect.stringContaining('routes.jsonl') })
  })
})

describe('a route', () => {
  it.each(['../elsewhere', '/etc', 'gastown/../../x', '..'])(
    'that leads out of the town, to %s, is not followed',
    (path) => {
      database('')
      routes(route('gt-', path))
      expect(found().complaints).toEqual([
        `.beads/routes.jsonl: the path ${JSON.stringify(path)} leads out of the town`,
      ])
      expect(folders()).toEqual(['.'])
    },
  )

  it.each(['nonsense', '[]', '{"prefix":"gt-"}', '{"prefix":"","path":"x"}', '{"prefix":5,"path":"x"}'])(
    'that reads %s is none, and the others stand',
    (line) => {
      database('', 'gastown/mayor/rig')
      routes(line, '', '# a comment', route('gt-', 'gastown/mayor/rig'))
      expect(found().complaints).toEqual([`.beads/routes.jsonl: ${JSON.stringify(line)} is no route`])
      expect(folders()).toEqual(['.', 'gastown/mayor/rig'])
    },
  )
})

const stub = { 'metadata.json': '{"database":"beads.db"}', 'config.yaml': 'prefix: gt', '.local_version': '0.41.0' }

describe('a .beads folder of a rig', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['with beads.db', { 'beads.db': '' }],
    ['with a database of another name', { 'old.db': '' }],
    ['with the database that metadata.json names', { 'metadata.json': '{"database":"x.sqlite"}', 'x.sqlite': '' }],
    ['with lines that bd is told to use', { 'issues.jsonl': '', 'config.yaml': '# x\nno-db: true # y\n' }],
    ['with a database elsewhere', { ...stub, 'config.yaml': '# x\ndb: /srv/issues/beads.db\n' }],
    ['with a database elsewhere, quoted', { ...stub, 'config.yaml': 'prefix: gt\n"db": "../x.db" # y\n' }],
    ['with broken metadata', { 'metadata.json': '{' }],
    ['with a folder in place of its metadata', { 'metadata.json/x': '' }],
    ['with a folder in place of its configuration', { 'config.yaml/x': '' }],
    ['with nothing, at the root of a git repository: bd goes no further', { '../.git/HEAD': '' }],
    ['that lost its database, at the root of a git repository', { ...stub, '../.git': 'gitdir: x' }],
  ])('%s is asked', (_, files) => {
    database('')
    for (const [name, text] of Object.entries(files)) put(at('gastown/.beads', name), text)
    mkdirSync(at('gastown/.beads'), { recursive: true })
    expect(found()).toMatchObject({ skipped: [], complaints: [] })
    expect(folders()).toEqual(['.', 'gastown'])
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['lines alone', { 'issues.jsonl': '', 'config.yaml': '# no-db: true\n# db: x\ndb: ""\ndb-name: x\n' }],
    ['what `gt rig add` leaves', stub],
    ['a backup', { 'beads.backup-1.db': '', 'vc.db': '' }],
    ['routes alone', { 'routes.jsonl': '' }],
  ])('with %s is not: bd would answer from the database of the town', (_, files) => {
    database('')
    for (const [name, text] of Object.entries(files)) put(at('gastown/.beads', name), text)
    expect(found()).toMatchObject({ skipped: ['gastown'], complaints: [] })
    expect(folders()).toEqual(['.'])
  })

  it('to which a route leads, and which lost its database, is a blind spot', () => {
    database('')
    for (const [name, text] of Object.entries(stub)) put(at('gastown/.beads', name), text)
    routes(route('gt-', 'gastown'))
    expect(found().complaints).toEqual([expect.stringContaining(`${at('gastown/.beads')} holds no database`)])
  })

  it('with a redirect that leads nowhere is a blind spot', () => {
    database('')
    put(at('gastown/.beads/redirect'), '../gone/.beads\n')
    expect(found().complaints).toEqual([`the redirect in ${at('gastown/.beads')} leads to no folder`])
  })

  it('that is a link to another one is asked there, once', () => {
    database('', 'gastown/mayor/rig')
    symlinkSync('mayor/rig/.beads', at('gastown/.beads'))
    expect(folders()).toEqual(['.', 'gastown/mayor/rig'])
  })

  it('that may not be listed is asked', (ctx) => {
    if (process.getuid?.() === 0) ctx.skip('needs a user who is not root: root may list any folder')
    database('')
    for (const [name, text] of Object.entries(stub)) put(at('gastown/.beads', name), text)
    chmodSync(at('gastown/.beads'), 0o311)
    expect(folders()).toEqual(['.', 'gastown'])
    chmodSync(at('gastown/.beads'), 0o700)
  })

  it('that is a file is asked', () => {
    database('')
    put(at('gastown/.beads'), '')
    expect(folders()).toEqual(['.', 'gastown'])
  })
})
