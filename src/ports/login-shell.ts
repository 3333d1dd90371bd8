import { userInfo } from 'node:os'

/** The account's login shell by the user database; one that it does not know has what `$SHELL` says, or nothing. */
export function loginShell(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().shell ?? ''
  } catch {
    return env['SHELL'] ?? ''
  }
}
