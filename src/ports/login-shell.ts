import { userInfo } from 'node:os'
import type { Through } from '../domain/launch.js'
import type { Settings } from '../domain/settings.js'
import { findProgram } from './program-path.js'

/** The account's login shell by the user database; one that it does not know has what `$SHELL` says, or nothing. */
export function loginShell(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().shell ?? ''
  } catch {
    return env['SHELL'] ?? ''
  }
}

type ShellSettings = Pick<Settings, 'launchShell'>
type Environment = Readonly<Record<string, string | undefined>>

/** Absolute path of the shell that starts agents, present or not; '' where none is wanted or the account names none. */
export function startShell({ launchShell }: ShellSettings, env: Environment): string {
  if (launchShell === false) return ''
  return launchShell === 'login' ? loginShell(env) : launchShell
}

/** The account's login shell or the configured one, /bin/sh where it is missing; or straight. */
export const shellThrough = (settings: ShellSettings, env: Environment): Through =>
  settings.launchShell === false
    ? { kind: 'straight' }
    : { kind: 'login', shell: findProgram(startShell(settings, env), {}) ?? '/bin/sh' }
