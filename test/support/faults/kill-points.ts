import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../town-folder.js'

/** A moment of a check at which it can be killed. */
export interface KillPoint {
  /** A system call of its own, or a child of it. */
  readonly of: 'call' | 'child'
  /** Which of them: a system call by its number in this check; a child by its words, since those that run side by side come in any order. */
  readonly id: string
  /** `before`, `half` way through or `after` it; `late`: before it, and the child does its work when the next checks are done. */
  readonly when: 'before' | 'half' | 'after' | 'late'
  /** What is done there, for whoever reads of a failure. */
  readonly what: string
}

const source = fileURLToPath(new URL('kill-at.c', import.meta.url))

/** Compiles what counts system calls into a folder; undefined where there is no C compiler. */
export function compileCounter(folder: string): string | undefined {
  const library = join(folder, 'kill-at.so')
  const { status, error, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
  if (error) return undefined
  if (status !== 0) throw new Error(`kill-at.c does not compile: ${stderr}`)
  return library
}

/** What a check is started with to be counted, and killed at a point. */
export interface Counting {
  readonly library: string
  readonly log: string
  readonly point?: KillPoint | undefined
}

/** The environment in which a check counts its own system calls into `log`. */
export function countingEnvironment({ library, log, point }: Counting): Environment {
  const counted = { LD_PRELOAD: library, FAULT_LOG: log }
  if (point?.of !== 'call') return counted
  return { ...counted, FAULT_AT: point.id, ...(point.when === 'half' ? { FAULT_HALF: '1' } : {}) }
}

/** Every system call by which a counted check changed something as a point to be killed before, and each write into a file as one
 *  to be torn. */
export function callPoints(log: string): readonly KillPoint[] {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []
  const calls = lines.map((line) => ({ id: line.slice(0, line.indexOf(' ')), what: line.slice(line.indexOf(' ') + 1) }))
  const failed = new Set(calls.filter(({ what }) => what.startsWith('failed')).map(({ id }) => id))
  return calls
    .filter(({ id }) => !failed.has(id))
    .sort((one, other) => Number(one.id) - Number(other.id))
    .flatMap((call): readonly KillPoint[] => {
      const point = { of: 'call', when: 'before', ...call } as const
      return call.what.startsWith('write') ? [point, { ...point, when: 'half' }] : [point]
    })
}
