import { dirname } from 'node:path'
import type { TmuxClient } from '../domain/attached-clients.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { Pane } from '../domain/session.js'
import { answer, type CommandResult, type Commands } from './command.js'
import { makeFolder } from './files.js'
import { randomBytes } from './random.js'
import { type Anchor, createAnchor } from './tmux-anchor.js'
import { askClients, showText } from './tmux-clients.js'
import {
  ifMeant,
  keyWords,
  killWords,
  type MeantPane,
  type MeantSession,
  type PaneOfSession,
  paneOf,
} from './tmux-meant.js'
import { askObstacles, type NewSession, newSessionWords, reclaimWords, viewWords } from './tmux-new-session.js'
import { panesFormat, panesOf } from './tmux-panes.js'
import { again, isNobodyThere } from './tmux-says.js'
import { firstServer, type Reach } from './tmux-server.js'
import { foreignSocket } from './tmux-sockets.js'
import { quoted, sequenceWords, target } from './tmux-words.js'

export { isDuplicate, isSessionGone } from './tmux-says.js'

/** `note`: one line for a person, where the first tmux server could not be started in a unit of its own. */
export type NewSessionResult = CommandResult & { readonly note?: string }

/** One tmux server, reached by the path of its socket. Every target is `=name:`; a name is never a pattern. */
export interface Tmux {
  readonly socket: string
  /** Every pane of every session; no server and no session are an empty list; what cannot be told stays so. */
  panes(): Promise<Known<readonly Pane[]>>
  /** A session whose pane stays when its process ends (`remain-on-exit on`). Success says nothing about the agent in it. */
  newSession(session: NewSession): Promise<NewSessionResult>
  /** Gives a session that was just made its own name and options, which a hook took from it. */
  reclaim(sessionId: string, name: string): Promise<CommandResult>
  /** Lets a session that another program made show its process, where tmux shows the mistakes of its configuration and nobody looks. */
  endView(name: string): Promise<CommandResult>
  /** Options and hooks of the server that can end a session right after it was made, as tmux prints them. */
  obstacles(): Promise<CommandResult>
  /** Before another program makes a session: sees to it that the first server outlives the check, see `createAnchor`. */
  anchor(reach: Reach): Promise<Anchor>
  /** Ends this session if it still bears that name and has exactly these windows, panes and viewers, all in one moment; else it
   *  prints that it stays. */
  killSession(name: string, meant: MeantSession): Promise<CommandResult>
  /** Lines of the session's pane, wrapped lines joined, with the last `lines` of its history. `meant`: of this pane of it. */
  capture(name: string, lines: number, meant?: PaneOfSession): Promise<Known<string>>
  /** Types text literally into this pane, no Enter; it prints that it did not where the session is another than the one that was
   *  seen by now, or its pane takes no keys. */
  type(name: string, meant: MeantPane, text: string): Promise<CommandResult>
  /** Presses Enter in this pane, under the same conditions. */
  enter(name: string, meant: MeantPane): Promise<CommandResult>
  /** Leaves copy mode and every other mode of this pane, if the session still is the one that was seen. */
  leaveMode(name: string, meant: MeantPane): Promise<CommandResult>
  /** Every client of the server, whatever session it is attached to. */
  clients(): Promise<Known<readonly TmuxClient[]>>
  /** Shows a line of text to a client of this session for some seconds. */
  showText(client: string, session: string, text: string): Promise<CommandResult>
  /** Several tmux commands as one sequence in one process; each is an argv without `tmux`. */
  sequence(commands: readonly (readonly string[])[]): Promise<CommandResult>
}

export interface TmuxOptions {
  /** Asked for when tmux first is. */
  readonly socket: string
  readonly commands: Commands
  /** The whole environment of the tmux client: what a server it starts has as its global environment. */
  readonly env: Readonly<Record<string, string>>
  readonly deadline: number
  /** The check is a unit of systemd's: a first server gets a unit of its own, or it would die with the check's. */
  readonly underSystemd?: boolean
  /** Part of that unit's name. */
  readonly town?: string
}

export function createTmux(options: TmuxOptions): Tmux {
  const { commands, env, deadline } = options
  const run = async (args: readonly string[]) => {
    const { socket } = options
    return (
      refusal(socket) ?? commands.run({ program: 'tmux', args: ['-u', '-S', socket, ...args], cwd: '/', env, deadline })
    )
  }
  const first = firstServer(options, run)
  const anchor = createAnchor({ first, run, commands })
  // Whether a server had sessions when it was last asked. tmux would start a second server if the socket was removed since then.
  let hasServer = false
  return {
    get socket() {
      return options.socket
    },
    async panes() {
      const panes = await askPanes(run)
      hasServer = panes.known && panes.value.length > 0
      return panes
    },
    async newSession(session) {
      makeSocketFolder(options.socket)
      return first.make(newSessionWords(session), (words) => again(() => run(hasServer ? ['-N', ...words] : words)))
    },
    reclaim: (sessionId, name) => run(reclaimWords(sessionId, name)),
    endView: (name) => run(viewWords(name)),
    obstacles: () => askObstacles(run),
    anchor: (reach) => {
      makeSocketFolder(options.socket)
      return anchor(reach)
    },
    killSession(name, meant) {
      // The server ends with its last session.
      hasServer = false
      return run(killWords(name, meant))
    },
    capture: async (name, lines, meant) =>
      answer(
        await run(['capture-pane', '-p', '-J', '-S', `-${lines}`, '-t', meant ? paneOf(name, meant) : target(name)]),
      ),
    type: (name, meant, text) => run(keyWords(name, meant, `send-keys -t '${meant.paneId}' -l -- ${quoted(text)}`)),
    enter: (name, meant) => run(keyWords(name, meant, `send-keys -t '${meant.paneId}' Enter`)),
    leaveMode: (name, meant) => run(ifMeant(name, meant, `copy-mode -q -t '${meant.paneId}'`)),
    clients: () => askClients(run),
    showText: (client, session, text) => showText(run, { client, session, text }),
    sequence: (wanted) => run(sequenceWords(wanted)),
  }
}

/** A tmux server is told the whole environment of who asks it, and tmux itself asks whose it is only where it finds the socket by a name. */
function refusal(socket: string): CommandResult | undefined {
  const failure = foreignSocket(socket)
  return failure === undefined
    ? undefined
    : { ok: false, kind: 'not-started', exitCode: undefined, stdout: '', stderr: '', failure }
}

function makeSocketFolder(socket: string): void {
  try {
    makeFolder(dirname(socket))
  } catch {
    // tmux says itself why there can be no socket.
  }
}

type Run = (args: readonly string[]) => Promise<CommandResult>

async function askPanes(run: Run): Promise<Known<readonly Pane[]>> {
  const nonce = randomBytes(9).toString('base64url')
  const result = await again(() => run(['list-panes', '-a', '-F', panesFormat(nonce)]))
  if (result.ok) return panesOf(result.stdout, nonce)
  return isNobodyThere(result) ? known([]) : cannotTell(result.failure)
}
