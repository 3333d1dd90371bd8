import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** How a session of the stage is made; `command` is the pane's own process. */
export interface StagedSession {
  readonly name: string
  readonly folder: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** A session as tmux tells it. */
export interface SeenSession {
  readonly name: string
  /** tmux's own id. */
  readonly id: string
  readonly path: string
  readonly panePid: number
  readonly panes: number
  readonly attached: number
}

/** A tmux server of its own, reached by the path of its socket; the user's own server and settings are out of its reach. */
export interface TmuxStage {
  readonly socket: string
  tmux(...words: readonly string[]): string
  start(...sessions: readonly StagedSession[]): void
  sessions(): readonly SeenSession[]
  /** What the pane of a session shows. */
  screen(name: string): string
  stop(): void
}

const FORMAT = '#{session_name}\t#{session_id}\t#{session_path}\t#{pane_pid}\t#{window_panes}\t#{session_attached}'

function seen(line: string): SeenSession {
  const [name = '', id = '', path = '', panePid, panes, attached] = line.split('\t')
  return { name, id, path, panePid: Number(panePid), panes: Number(panes), attached: Number(attached) }
}

function newSession({ name, folder, command, environment = {} }: StagedSession): readonly string[] {
  const variables = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`])
  return ['new-session', '-d', '-x', '200', '-y', '50', '-s', name, '-c', folder, ...variables, ...command]
}

export interface TmuxStageOptions {
  /** The path of tmux. */
  readonly program: string
  readonly socket: string
  readonly env: Readonly<Record<string, string>>
}

/** A server that starts with its first session, under exactly this environment. */
export function tmuxStage({ program, socket, env }: TmuxStageOptions): TmuxStage {
  const words = (rest: readonly string[]): readonly string[] => ['-u', '-f', '/dev/null', '-S', socket, ...rest]
  const tmux = (...rest: readonly string[]): string =>
    execFileSync(program, words(rest), { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const ask = (...rest: readonly string[]): string =>
    spawnSync(program, words(rest), { env, encoding: 'utf8' }).stdout ?? ''
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 })
  return {
    socket,
    tmux,
    start: (...sessions) => {
      if (sessions.length > 0)
        tmux(...sessions.flatMap((session, index) => [...(index ? [';'] : []), ...newSession(session)]))
    },
    sessions: () => ask('list-sessions', '-F', FORMAT).split('\n').filter(Boolean).map(seen),
    screen: (name) => ask('capture-pane', '-p', '-J', '-S', '-', '-t', `=${name}:`),
    stop: () => void ask('kill-server'),
  }
}
