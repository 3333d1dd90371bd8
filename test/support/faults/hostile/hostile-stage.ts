import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type HostileTown, lay, layAnswers } from './hostile-town.js'
import { panesText, SEPARATOR } from './panes.js'

/** A call of a program that the stage wrote down. */
export interface Heard {
  readonly program: string
  readonly args: readonly string[]
  /** Where the program was run, as far as that was written down. */
  readonly cwd?: string
}

/** A hostile town in a temporary folder, with small programs that play its neighbours: a call takes them a few milliseconds. */
export interface HostileStage {
  readonly folder: string
  readonly root: string
  /** The whole environment of a check in it. PATH leads to nothing but the stage's programs. */
  readonly env: Readonly<Record<string, string>>
  readonly now: number
  calls(): readonly Heard[]
  /** Whether a planted word was run. */
  isPwned(): boolean
  remove(): void
}

const programs = fileURLToPath(new URL('programs/', import.meta.url))

/** Sets the stage; `name`: of the town's folder. */
export function setStage(town: HostileTown, name = 'town'): HostileStage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hostile-')))
  const root = join(folder, name)
  const now = Date.now()
  for (const place of ['bin', 'calls', 'panes', 'answers', 's', 'home', name]) mkdirSync(join(folder, place))
  copyFileSync(join(programs, 'play'), join(folder, 'play'))
  for (const program of ['tmux', 'bd', 'gt', 'pwned'])
    copyFileSync(join(programs, program), join(folder, 'bin', program))
  copyFileSync(join(programs, 'pwned'), join(folder, 'bin/claude'))
  lay(town, root, now)
  // What a path that leads out of the town would find.
  lay(
    { files: { '.beads/beads.db': '', '.beads/metadata.json': '{"backend":"dolt"}' }, folders: [] },
    join(folder, 'outside'),
    now,
  )
  layAnswers(town, join(folder, 'answers'), root, now)
  layPanes(panesText(town.answers['panes'] ?? '', { root, now }), join(folder, 'panes'))
  return {
    folder,
    root,
    now,
    env: {
      ...town.env,
      PATH: join(folder, 'bin'),
      HOME: join(folder, 'home'),
      TMUX_TMPDIR: join(folder, 's'),
      SHELL: '/bin/sh',
    },
    calls: () => readdirSync(join(folder, 'calls')).map((pid) => heardIn(join(folder, 'calls', pid))),
    isPwned: () => existsSync(join(folder, 'pwned')),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** A file for each pane, so that the stand-in can end one. */
function layPanes(text: string, folder: string): void {
  const panes = text.split(new RegExp(`(?<=${SEPARATOR}\\]\\n)`)).filter((pane) => pane !== '')
  for (const [index, pane] of panes.entries())
    writeFileSync(join(folder, `laid-${String(index).padStart(3, '0')}`), pane)
}

function heardIn(path: string): Heard {
  const [program = '', count = '0', ...words] = readFileSync(path, 'utf8').split('\0')
  return { program, args: words.slice(0, Number(count)) }
}
