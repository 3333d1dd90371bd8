import { copyFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { TownPrograms } from './real-programs.js'
import { type StageKind, stageKinds } from './stage-kind.js'
import { makeStandIns, type StandIns } from './stand-ins.js'
import { type TmuxStage, tmuxStage } from './tmux-stage.js'
import { type Environment, put } from './town-folder.js'

/** A temporary folder in which a real town can be made: a home with a profile, the real programs, a tmux server of its own. */
export interface Place {
  readonly base: string
  /** The default place of a town, `~/gt`. */
  readonly root: string
  /** What a check is run with: no agent's identity, nothing that only a profile exports, no `claude` on PATH. */
  readonly env: Environment
  readonly programs: StandIns
  readonly tmux: TmuxStage
}

/** What the user's profile exports: an agent has it, and only because the login shell read it. */
export const FROM_PROFILE = 'exported-by-the-profile'

function makeHome(base: string, programs: StandIns): string {
  const home = join(base, 'home')
  const agents = join(home, 'agent-bin')
  mkdirSync(agents, { recursive: true })
  copyFileSync(join(programs.bin, 'claude'), join(agents, 'claude'))
  programs.uninstall('claude')
  for (const profile of ['.profile', '.zprofile'])
    put(join(home, profile), `export PATH='${agents}':"$PATH" SECRET_OF_THE_USER='${FROM_PROFILE}'\n`)
  put(join(home, 'gitconfig'), '[user]\n\tname = Town Tester\n\temail = tester@example.invalid\n')
  return home
}

function environment(base: string, home: string, { bin }: StandIns): Environment {
  return {
    GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    HOME: home,
    LANG: 'C.UTF-8',
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    TERM: 'xterm',
    TMUX_TMPDIR: join(base, 's'),
    USER: userInfo().username,
  }
}

/** The real programs run through recorders, so that it can be told who started what. */
function recorders(base: string, { gt, bd }: TownPrograms, kind: StageKind): StandIns {
  const programs = makeStandIns(base, process.env['PATH'] ?? '/usr/bin:/bin', kind.programs)
  for (const [name, path] of Object.entries({ gt, bd })) programs.replace(name, [path])
  return programs
}

/** Makes such a place for a town of one kind; nothing runs there yet. */
export function makePlace(real: TownPrograms, kind: StageKind = stageKinds.classic): Place {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'real-town-')))
  const root = join(base, 'home/gt')
  const programs = recorders(base, real, kind)
  const home = makeHome(base, programs)
  const env = environment(base, home, programs)
  const socket = join(base, 's', `tmux-${userInfo().uid}`, kind.socketName(root))
  return { base, root, programs, env, tmux: tmuxStage({ program: real.tmux, socket, env }) }
}

/** Takes everything out of a folder. */
export function emptyFolder(path: string): void {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
}

/** Keeps a copy of these folders and returns what puts it back: a fraction of the time in which gt makes a town. */
export function keep(base: string, names: readonly string[]): () => void {
  const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true }
  for (const name of names) cpSync(join(base, name), join(base, 'kept', name), options)
  return () => {
    for (const name of names) {
      rmSync(join(base, name), { recursive: true, force: true })
      cpSync(join(base, 'kept', name), join(base, name), options)
    }
  }
}
