import { readdirSync, readFileSync } from 'node:fs'
import { isOurs } from './own-process.js'

/** The control group of a process, as this process may name it; '' when nobody tells. */
export const controlGroupOf = (pid: number | string): string =>
  /^0::(.*)$/m.exec(read(`/proc/${pid}/cgroup`))?.[1] ?? ''

/** The innermost unit of systemd's that a process runs in (`gt-tmux-x.service`, `session-3.scope`); undefined when it is in none, or nobody tells. */
export const unitOf = (pid: number | string): string | undefined =>
  controlGroupOf(pid)
    .split('/')
    .findLast((part) => /\.(service|scope)$/.test(part))

/** This user's processes that run in a unit of one of these names, whosever manager that is of. */
export function processesIn(units: readonly string[]): readonly number[] {
  const pids = processIds().filter((name) => /^\d+$/.test(name))
  const inside = pids.filter((pid) => units.includes(unitOf(pid) ?? ''))
  return inside.map(Number).filter(isOurs)
}

/** Whether the kernel refuses a process, and all that it starts, any further privileges (sudo, setuid helpers). */
export const hasNoNewPrivileges = (pid: number): boolean => /^NoNewPrivs:\s*1$/m.test(read(`/proc/${pid}/status`))

function processIds(): readonly string[] {
  try {
    return readdirSync('/proc')
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
