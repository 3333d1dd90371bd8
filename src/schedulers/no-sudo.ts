import { UsageError } from '../errors.js'
import { thisUser } from '../ports/user.js'
import type { Machine } from './scheduler.js'

/** A schedule belongs to one user, like the town and its sessions. Throws UsageError when somebody else's shell speaks through sudo. */
export function refuseSudo({ env }: Machine, verb: 'install' | 'uninstall' | 'rearm' | 'doctor'): void {
  const caller = env['SUDO_USER'] ?? ''
  const { name = 'root' } = thisUser()
  if (caller === '' || caller === name) return
  throw new UsageError(
    `this is sudo: it would be ${name}'s schedule, not ${caller}'s, and every agent that it starts would run as ${name}. Type it without sudo: gt-heartbeat ${verb}. For a town of ${name}'s own: log in as ${name}, or env -u SUDO_USER gt-heartbeat ${verb}`,
  )
}
