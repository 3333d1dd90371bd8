import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
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
    mkdirSync(at('.beads'))
    expect(found()).toMatchObject({ databases: [], skipped: ['.'], holdsMail: false })
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

describe('a .beads folder holds issues', () => {
  it.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['with beads.db', { 'beads.db': '' }, true],
    ['with a database of another name', { 'old.db': '' }, true],
    [
      'with the database that metadata.json names',
      { 'metadata.json': '{"database":"x.sqlite"}', 'x.sqlite': '' },
      true,
    ],
    ['with lines that bd is told to use', { 'issues.jsonl': '', 'config.yaml': '# x\nno-db: true # y\n' }, true],
    ['not with lines alone', { 'issues.jsonl': '', 'config.yaml': '# no-db: true\n' }, false],
    [
      'not with what `gt rig add` leaves',
      { 'metadata.json': '{"database":"beads.db"}', 'config.yaml': 'prefix: gt', '.local_version': '0.41.0' },
      false,
    ],
    ['not with a backup', { 'beads.backup-1.db': '', 'vc.db': '' }, false],
    ['not with routes alone', { 'routes.jsonl': '' }, false],
    ['not with broken metadata', { 'metadata.json': '{' }, false],
  ])('%s', (_, files, holds) => {
    for (const [name, text] of Object.entries(files)) put(at('.beads', name), text)
    expect(found().holdsMail).toBe(holds)
  })
})
