import { basename, delimiter, dirname, join } from 'node:path'
import { Unavailable } from '../errors.js'
import { installFromSource, linkedFolder } from '../ports/install-source.js'
import { ownCommand, ownNode } from '../ports/own-package.js'
import { realPath } from '../ports/places.js'
import { findProgram } from '../ports/program-path.js'
import { thisUser } from '../ports/user.js'
import { isPassing, versionedNode } from './node-homes.js'
import type { Machine, Schedule } from './scheduler.js'
import { ask, shown } from './steps.js'

/** Commands by paths that outlive this shell, the PATH of the checks, and what a person should know of them. */
interface FoundPrograms {
  readonly programs: Schedule['programs']
  readonly path: string
  readonly notes: readonly string[]
}

const oldestNode = [20, 19] as const
/** On every PATH, last. */
const everywhere = ['/usr/local/bin', '/usr/bin', '/bin']
/** What checks and agents call. */
const wanted = ['tmux', 'git', 'gt', 'bd']
/** For `node --version`, milliseconds. */
const patience = 10_000

/** Looks for the commands that units and scripts will run. Throws Unavailable where they would not outlive this call. */
export async function findPrograms(machine: Machine): Promise<FoundPrograms> {
  const { node, versioned } = await lastingNode(machine)
  const durable = durableFolders(machine, node)
  const commands = commandFolder(machine, [dirname(node), ...durable])
  const folders = before(before(durable, 'node', node), 'gt-heartbeat', join(commands, 'gt-heartbeat'))
  const path = before(folders, 'gt-rearm', join(commands, 'gt-rearm')).join(delimiter)
  return {
    programs: { node, heartbeat: join(commands, 'gt-heartbeat'), rearm: join(commands, 'gt-rearm') },
    path,
    notes: [...notesOn(versioned, node), ...missing(path)],
  }
}

/** The node that runs this by a path that lasts; `versioned`: whose version it is, where there is no such path. */
async function lastingNode(machine: Machine) {
  const real = realPath(ownNode()) ?? ownNode()
  const versioned = versionedNode(real, { home: machine.home, user: thisUser().name ?? '' })
  for (const candidate of versioned?.lasting ?? []) {
    if (await isNewEnough(machine, candidate)) return { node: candidate, versioned: undefined }
  }
  return { node: versioned ? real : (onPath(machine, real) ?? real), versioned: versioned?.of }
}

async function isNewEnough(machine: Machine, node: string): Promise<boolean> {
  if (findProgram(node, machine.env) === undefined) return false
  const result = await ask(machine, [node, '--version'], patience)
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(result.stdout) ?? []
  if (!result.ok || major === undefined) return false
  return Number(major) > oldestNode[0] || (Number(major) === oldestNode[0] && Number(minor) >= oldestNode[1])
}

/** The path by which the shell finds that same node, such as a link that follows upgrades. */
function onPath({ env }: Machine, real: string): string | undefined {
  const folders = foldersOf(env).filter((folder) => !isPassing(folder))
  return folders.map((folder) => join(folder, 'node')).find((path) => realPath(path) === real)
}

const foldersOf = (env: Machine['env']): readonly string[] =>
  (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))

/** The folders of the shell's PATH, each once. One that ends with the shell gives way to what it stands for. */
function durableFolders({ env }: Machine, node: string): readonly string[] {
  const folders = foldersOf(env).map((folder) => (isPassing(folder) ? insteadOf(folder, node) : folder))
  const all = [...folders, ...everywhere].filter((folder) => folder !== undefined)
  return [...new Set(all.map((folder) => folder.replace(/(?<=.)\/+$/, '')))]
}

/** A shell's own folder of fnm's holds what the default version's holds. */
const insteadOf = (folder: string, node: string): string | undefined =>
  folder.includes('/fnm_multishells/') ? dirname(node) : undefined

/** The folder with both of our commands. Throws Unavailable when there is none that lasts. */
function commandFolder(machine: Machine, likely: readonly string[]): string {
  const { packageRoot, env } = machine
  const called = ownCommand() ?? ''
  const home = dirname(packageRoot)
  const isOfNpx = (path: string): boolean => /\/_npx\//.test(path)
  const candidates = [
    ...likely.filter((folder) => isOurs(machine, folder)),
    ...(basename(called) === 'gt-heartbeat' ? [dirname(called)] : []),
    join(home, '../../bin'),
    join(home, '.bin'),
  ]
  const found = candidates.find((folder) => !isOfNpx(folder) && holdsBoth(folder, env))
  if (isOfNpx(packageRoot) || found === undefined) {
    const where = isOfNpx(packageRoot) || isOfNpx(called) ? 'the cache of npx' : packageRoot
    const clone = linkedFolder(packageRoot)
    const fix = clone === undefined ? installFromSource : `npm install --global ${shown(clone)}`
    throw new Unavailable(
      `the commands gt-heartbeat and gt-rearm have no place that lasts (this one runs from ${where}), and a schedule needs one\n  install the package: ${fix}\n  then type: gt-heartbeat install`,
    )
  }
  return found
}

const holdsBoth = (folder: string, env: Machine['env']): boolean =>
  ['gt-heartbeat', 'gt-rearm'].every((name) => findProgram(join(folder, name), env) !== undefined)

/** Links lead into this package; a shim of a version manager's leads wherever it likes, and stands where node's does. */
function isOurs({ packageRoot }: Machine, folder: string): boolean {
  const real = realPath(join(folder, 'gt-heartbeat'))
  return real?.startsWith(`${packageRoot}/`) === true || /\/shims$|\/\.volta\/bin$/.test(folder)
}

/** The folders, with that of `program` in front where they would find another one under this name. */
function before(folders: readonly string[], name: string, program: string): readonly string[] {
  const found = folders.map((folder) => join(folder, name)).find((path) => findProgram(path, {}) !== undefined)
  return found === program ? folders : [dirname(program), ...folders.filter((folder) => folder !== dirname(program))]
}

function notesOn(versioned: string | undefined, node: string): readonly string[] {
  if (versioned === undefined) return []
  return [
    `node is ${node}, one of the versions of ${versioned}: when it goes, checks end; then type gt-heartbeat install under the new one`,
  ]
}

function missing(path: string): readonly string[] {
  const gone = wanted.filter((name) => findProgram(name, { PATH: path }) === undefined)
  if (gone.length === 0) return []
  return [
    `no ${gone.join(', no ')} on the PATH that checks will have (${path}): install it, or put its folder on PATH and type gt-heartbeat install again`,
  ]
}
