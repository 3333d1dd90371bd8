import { isAbsolute, join } from 'node:path'
import { now } from '../ports/clock.js'
import { createCommands } from '../ports/command.js'
import { ownPackage } from '../ports/own-package.js'
import { ownerOf, thisUser } from '../ports/user.js'
import type { Machine } from './scheduler.js'

/** Milliseconds after which no program of an installation is waited for any more. */
const longest = 5 * 60_000

/** What a command that meets a scheduler is run in. */
interface Here {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  onStop(end: () => void): void
}

/** The machine and the user that this process runs on and as. */
export function thisMachine({ env, platform, onStop }: Here): Machine {
  const user = thisUser()
  const home = env['HOME'] || user.home || '/'
  const commands = createCommands(now() + longest)
  onStop(() => commands.killAll())
  return {
    env: withRuntimeFolder(env, user.uid),
    platform,
    uid: user.uid,
    home,
    configHome: configHome(env, home),
    packageRoot: ownPackage(),
    commands,
  }
}

/** A relative path there is no path, as the convention has it. */
function configHome(env: Here['env'], home: string): string {
  const named = env['XDG_CONFIG_HOME'] ?? ''
  return isAbsolute(named) ? named : join(home, '.config')
}

/** cron, su and a plain ssh command have no $XDG_RUNTIME_DIR; the folder itself is there while the user manager runs. */
function withRuntimeFolder(env: Here['env'], uid: number): Here['env'] {
  if (env['XDG_RUNTIME_DIR']) return env
  const folder = `/run/user/${uid}`
  return ownerOf(folder) === uid ? { ...env, XDG_RUNTIME_DIR: folder } : env
}
