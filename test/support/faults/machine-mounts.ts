import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import type { FakeTown } from '../fake-town.js'
import { waitFor } from '../wait-for.js'

/** A mount namespace in which folders of a town lie on file systems of their own; everybody outside sees them as they were. */
export interface OwnMounts {
  /** The words that run a program in it. */
  readonly under: readonly string[]
  /** Runs shell lines in it. */
  sh(lines: string): void
  /** A path in it, as it is seen from outside. */
  view(path: string): string
  /** Brings the folder of the town outside to the state that it has inside. */
  bringOut(folder: string): void
  end(): void
}

const isRoot = process.getuid?.() === 0
const enter = isRoot ? ['-m'] : ['-U', '--preserve-credentials', '-m']
const make = isRoot ? ['-m'] : ['-r', '-m']

/** Runs these shell lines in a namespace that lasts until `end`; a test that may not have one is skipped. */
export async function ownMounts(ctx: TestContext, town: FakeTown, lines: string): Promise<OwnMounts> {
  const script = `set -e\n${lines}\necho mounted\nexec sleep 600`
  const holder = spawn('unshare', [...make, '--propagation', 'private', 'sh', '-c', script], { env: town.env })
  const complaint = await mounted(holder)
  if (complaint !== undefined) ctx.skip(`needs mounts in a namespace (root, or user namespaces): ${complaint}`)
  const under = ['nsenter', ...enter, '-t', String(holder.pid), '--']
  const view = (path: string): string => join(`/proc/${holder.pid}/root`, path)
  return {
    under,
    view,
    sh: (more) => {
      const [program = '', ...words] = [...under, 'sh', '-ec', more]
      execFileSync(program, words, { env: town.env, stdio: 'pipe' })
    },
    bringOut: (folder) => {
      const path = join(town.root, folder)
      // Copied first: a folder that is removed takes what is mounted on it along.
      cpSync(view(path), `${path}.out`, { recursive: true, preserveTimestamps: true })
      rmSync(path, { recursive: true, force: true })
      renameSync(`${path}.out`, path)
    },
    end: () => void holder.kill('SIGKILL'),
  }
}

/** Undefined once its lines have been run; else why they could not be. */
function mounted(holder: ChildProcess): Promise<string | undefined> {
  const said = { out: '', complaint: '', isOver: false }
  holder.stdout?.setEncoding('utf8').on('data', (text) => {
    said.out += text
  })
  holder.stderr?.setEncoding('utf8').on('data', (text) => {
    said.complaint += text
  })
  const over = (): void => {
    said.isOver = true
  }
  holder.once('error', over).once('close', over)
  return waitFor('the mounts are there, or refused', () => said.out.includes('mounted') || said.isOver).then(() =>
    said.out.includes('mounted') ? undefined : said.complaint.trim() || 'unshare is not there',
  )
}

const quoted = (path: string): string => `'${path}'`

/** Shell lines that put a folder, with what is in it, on a file system of its own with so many pages and names left. */
export function smallDisk(path: string, left: { readonly pages: number; readonly names: number }): string {
  const [folder, copy] = [quoted(path), quoted(`${path}.copy`)]
  return [
    `mkdir -p ${folder}; cp -a ${folder} ${copy}`,
    `mount -t tmpfs -o size=16m,nr_inodes=4096 small ${folder}`,
    `cp -a ${copy}/. ${folder}/; rm -rf ${copy}`,
    `used=$(df --output=used -k ${folder} | tail -1); names=$(df --output=iused ${folder} | tail -1)`,
    `mount -o remount,size=$((used + ${left.pages * 4}))k,nr_inodes=$((names + ${left.names})) ${folder}`,
  ].join('\n')
}

/** Shell lines that make a folder one that can only be read. */
export const readOnly = (path: string): string =>
  // Refused for as long as the check has a file open for writing there.
  `mount --bind ${quoted(path)} ${quoted(path)}; tries=0
until mount -o remount,ro,bind ${quoted(path)} 2>/dev/null || [ $tries = 500 ]; do tries=$((tries + 1)); sleep 0.01; done`
