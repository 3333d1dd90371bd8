import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeDatabase } from './issue-store.js'

/** How a rig of the stage is made. */
export interface RigOptions {
  /** Its issue prefix, with the dash; `gt-` unless said otherwise. */
  readonly prefix?: string
  /** Whether it keeps its issues in a database of its own, as a rig made by `gt rig add` does. */
  readonly ownDatabase?: boolean
}

export type Environment = Readonly<Record<string, string>>

/** Writes a file and the folders above it. */
export function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

export const putJson = (path: string, value: unknown): void => put(path, `${JSON.stringify(value, null, 2)}\n`)

/** A JSON file as an object; `{}` when there is none. */
export function readObject(path: string): Readonly<Record<string, unknown>> {
  const value: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** The files of a town of any kind, without rigs and without a place for issues. */
export function makeTownFiles(root: string): void {
  putJson(join(root, 'mayor/town.json'), {
    type: 'town',
    version: 1,
    name: 'stage',
    created_at: '2026-01-05T10:00:00Z',
  })
  putJson(join(root, 'mayor/rigs.json'), { version: 1, rigs: {} })
  mkdirSync(join(root, 'deacon'))
  put(join(root, '.beads/routes.jsonl'), '')
}

/** A classic town without rigs, with its database. */
export function makeTownFolder(root: string): void {
  makeTownFiles(root)
  makeDatabase(root)
}

/** Adds a rig to `rigs.json` and makes its folders; `prefix` without its dash. */
export function makeRigFolders(root: string, rig: string, prefix: string): void {
  const path = join(root, 'mayor/rigs.json')
  const rigs = {
    ...(readObject(path)['rigs'] as object),
    [rig]: { git_url: 'none', beads: { prefix } },
  }
  putJson(path, { version: 1, rigs })
  for (const folder of ['witness', 'polecats', 'crew']) mkdirSync(join(root, rig, folder), { recursive: true })
}

/** A rig of a classic town; returns the folder that holds its issues. */
export function makeRig(root: string, rig: string, { prefix = 'gt-', ownDatabase = false }: RigOptions): string {
  makeRigFolders(root, rig, prefix.replace(/-$/, ''))
  if (!ownDatabase) return root
  const place = join(rig, 'mayor/rig')
  makeDatabase(join(root, place))
  const routes = join(root, '.beads/routes.jsonl')
  put(routes, `${readFileSync(routes, 'utf8')}${JSON.stringify({ prefix, path: place })}\n`)
  return join(root, place)
}

const git = (folder: string, env: Environment, ...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** A repository to fetch from, with one commit on `main`, and a clone of it that worktrees can hang on. */
function makeRepository(folder: string, env: Environment): { readonly origin: string; readonly clone: string } {
  const origin = join(folder, 'origin')
  const clone = join(folder, 'clone')
  if (existsSync(clone)) return { origin, clone }
  put(join(origin, 'README'), 'a project\n')
  git(origin, env, 'init', '-q', '-b', 'main')
  git(origin, env, 'add', '.')
  git(origin, env, 'commit', '-q', '-m', 'The first')
  git(folder, env, 'clone', '-q', origin, clone)
  return { origin, clone }
}

/** A place to work in. */
export interface Worktree {
  readonly folder: string
  readonly env: Environment
  /** Where the repositories of its rig are kept. */
  readonly repositories: string
  /** `main`: a clone, as a crew member's and a refinery's; another: a worktree on a branch of its own, as a polecat's. */
  readonly branch: string
}

/** Makes a real git worktree. */
export function makeWorktree({ folder, env, repositories, branch }: Worktree): void {
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(repositories, { recursive: true })
  const { origin, clone } = makeRepository(repositories, env)
  if (branch === 'main') git(repositories, env, 'clone', '-q', origin, folder)
  else git(clone, env, 'worktree', 'add', '-q', '-b', branch, folder)
}
