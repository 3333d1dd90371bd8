import { exists } from './files.js'
import { thisUser } from './user.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Who starts a check, and the folders in which the machine says what lasts: those of the user's managers, and of who lingers. */
export interface Start {
  readonly env: Environment
  readonly byCron: boolean
  readonly folders?: { readonly runtime: string; readonly linger: string }
}

const usual = { runtime: '/run/user', linger: '/var/lib/systemd/linger' }

/** Whether a tmux server is to be started in a unit of its own: under systemd always, since it would end with the check. A job of cron's is
 *  in the unit of cron; the user's own manager is the better place where it can be reached and outlives the last logout. */
export function wantsOwnUnit({ env, byCron, folders = usual }: Start): boolean {
  if (env['INVOCATION_ID'] !== undefined) return true
  if (!byCron) return false
  const { uid, name } = thisUser()
  const runtime = env['XDG_RUNTIME_DIR'] || `${folders.runtime}/${uid}`
  return name !== undefined && exists(`${runtime}/systemd/private`) && exists(`${folders.linger}/${name}`)
}
