import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { PROGRAM } from './run-check.js'
import { makeTownFolder, put } from './town-folder.js'
import { managerFor, type Said, type UserManager } from './user-manager.js'

/** A user's machine with the program on PATH and a small town in `~/gt`, whose tmux nobody may ask. No unit is in place. */
export interface UserStage {
  readonly manager: UserManager
  readonly root: string
  /** Puts a program of these shell lines on PATH. */
  install(name: string, lines: string): void
  /** The calls of `gt` and `notify-send`, a line each. */
  heard(name: 'gt' | 'notify-send'): readonly string[]
  /** Types these lines in a shell of the user's, in the folder of the package; the first that fails ends it. */
  type(lines: string): Promise<Said>
  /** Writes the environment file of the units: PATH begins with the programs of this stage. */
  setPath(...folders: readonly string[]): void
}

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const system = ['/usr/bin', '/bin']

/** Raises it; it ends with the test. */
export async function userStage(test: TestContext): Promise<UserStage> {
  const manager = await managerFor(test)
  const at = (path: string): string => join(manager.folder, path)
  const path = (folders: readonly string[]): string => [at('bin'), ...folders].join(':')
  const root = at('home/gt')
  const install: UserStage['install'] = (name, lines) => {
    put(at(`bin/${name}`), `#!/bin/sh\n${lines}\n`)
    chmodSync(at(`bin/${name}`), 0o755)
  }
  makeTownFolder(root)
  mkdirSync(at('bin'))
  symlinkSync(PROGRAM, at('bin/gt-heartbeat'))
  symlinkSync(join(PACKAGE, 'scripts/gt-rearm'), at('bin/gt-rearm'))
  install('bd', 'echo "[]"')
  install('tmux', 'echo "error connecting: Permission denied" >&2; exit 1')
  for (const name of ['gt', 'notify-send'])
    install(name, `{ printf '%s|' "$@" | tr '\\n' ' '; echo; } >>"${at(name)}.heard"`)
  return {
    manager,
    root,
    install,
    heard: (name) => linesOf(at(`${name}.heard`)),
    type: (lines) => {
      const env = { PATH: path([dirname(process.execPath), ...system]) }
      return manager.run(['/bin/sh', '-e', '-c', lines], { cwd: PACKAGE, env })
    },
    setPath: (...folders) => {
      const variables = { GT_TOWN_ROOT: root, PATH: path(folders), DBUS_SESSION_BUS_ADDRESS: 'unix:path=/none' }
      const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`)
      writeFileSync(at('home/.config/gt-heartbeat/default.env'), lines.join(''))
    },
  }
}

const linesOf = (path: string): readonly string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []

/** What the README has people type to put the units in place by hand, and what starts them. */
export function byHand(): { readonly placing: string; readonly starting: string } {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8')
  const [block = ''] = readme.match(/(?<=```sh\n)[^`]*cp units[^`]*/) ?? []
  const start = block.indexOf('systemctl --user enable')
  return { placing: block.slice(0, start), starting: block.slice(start) }
}
