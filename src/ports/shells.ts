import { readFileSync } from 'node:fs'
import { shellNames } from '../domain/shells.js'
import { loginShell } from './login-shell.js'

/** The names of this machine's shells by /etc/shells, and of the user's own. */
export function machineShells(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return shellNames(etcShells(), loginShell(env))
}

function etcShells(): string {
  try {
    return readFileSync('/etc/shells', 'utf8')
  } catch {
    return ''
  }
}
