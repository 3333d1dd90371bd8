import { join } from 'node:path'
import { exists } from './files.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The variables by which programs find the user's session bus, as set or where it usually lies; undefined when there is none. */
export function sessionBus(env: Environment): Readonly<Record<string, string>> | undefined {
  const runtime = env['XDG_RUNTIME_DIR'] || `/run/user/${process.getuid?.() ?? 0}`
  const address = env['DBUS_SESSION_BUS_ADDRESS']
  if (address) return { DBUS_SESSION_BUS_ADDRESS: address }
  const bus = join(runtime, 'bus')
  return exists(bus) ? { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` } : undefined
}
