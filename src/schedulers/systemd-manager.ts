import { Unavailable } from '../errors.js'
import type { CommandResult } from '../ports/command.js'
import { isFolder } from '../ports/folders.js'
import { thisUser } from '../ports/user.js'
import type { Machine } from './scheduler.js'
import { ask } from './steps.js'
import { unitFolder } from './systemd-units.js'

/** A folder that is there on a machine that systemd has started. */
const booted = '/run/systemd/system'
/** For a manager that does nothing but answer, milliseconds. */
const patience = 10_000

/** How the user's manager answers: it does, none runs that can be reached from here, or this is no machine of systemd's. */
export type Reached =
  | { readonly kind: 'yes'; readonly unitFolders: string }
  | { readonly kind: 'not from here' | 'no systemd'; readonly why: string }

/** Asks the user's manager. Throws Unavailable when it takes the question and gives no answer: nobody can tell then what it would do. */
export async function reachManager(machine: Machine): Promise<Reached> {
  const result = await ask(machine, ['systemctl', '--user', 'show', '-p', 'UnitPath', '--value'], patience)
  if (result.ok) return { kind: 'yes', unitFolders: result.stdout.trim() }
  if (result.kind === 'timeout') {
    throw new Unavailable(
      `systemctl --user does not answer (${patience / 1000} s): nothing was done. See: journalctl --user -n 50; as a last resort: systemctl --user daemon-reexec`,
    )
  }
  if (result.kind === 'missing') return { kind: 'no systemd', why: 'systemctl is not installed' }
  return isFolder(booted)
    ? { kind: 'not from here', why: unreachable(machine, result) }
    : { kind: 'no systemd', why: 'this machine was not started by systemd' }
}

function unreachable({ env, uid }: Machine, result: CommandResult): string {
  const name = thisUser().name ?? String(uid)
  const said = result.stderr.trim().split('\n')[0] ?? ''
  const what = env['XDG_RUNTIME_DIR']
    ? `your user manager cannot be reached by $XDG_RUNTIME_DIR ${env['XDG_RUNTIME_DIR']}`
    : `no user manager runs for ${name} (no $XDG_RUNTIME_DIR, no /run/user/${uid})`
  return `${what}: ${said}. Log in on the machine or by ssh, not by su or sudo; or have it run always: sudo loginctl enable-linger ${name}`
}

/** Why units in this user's folder would not be read; undefined: they are. */
export function unreadFolder({ configHome }: Machine, unitFolders: string): string | undefined {
  const folder = unitFolder(configHome)
  if (unitFolders === '' || unitFolders.includes(folder) || /[^\w./@+-]/.test(folder)) return undefined
  return `your user manager does not read units in ${folder}: it has another $XDG_CONFIG_HOME than this shell (systemctl --user show -p UnitPath)`
}
