import type { CommandResult, Commands } from './command.js'
import type { FirstServer, Reach } from './tmux-server.js'
import { sequenceWords, target } from './tmux-words.js'

/** Holds up a tmux server while another program makes sessions on it. `note`: one line for a person, where the server could
 *  not be started in a unit of its own. */
export interface Anchor {
  readonly note?: string
  /** To be called once the sessions are made, or were not. */
  release(): Promise<void>
}

/** A session that nobody works in: its server is there before the first session of a program that would start it inside the
 *  check's own unit, where systemd ends it with the check. */
const anchorName = 'gt-heartbeat-anchor'

interface Anchoring {
  readonly first: FirstServer
  readonly run: (args: readonly string[]) => Promise<CommandResult>
  readonly commands: Pick<Commands, 'left'>
}

/** Where no first server is to be started, an anchor is nothing. What starts side by side shares one; the last lets go of it,
 *  and a check that is killed leaves one that ends by itself. `reach`: see `FirstServer`. */
export function createAnchor({ first, run, commands }: Anchoring): (reach: Reach) => Promise<Anchor> {
  let isDown = false
  let holders = 0
  const release = async () => {
    holders -= 1
    if (holders > 0 || !isDown) return
    isDown = false
    first.doubt()
    await run(['kill-session', '-t', target(anchorName)])
  }
  return async (reach) => {
    holders += 1
    const seconds = String(Math.ceil(commands.left() / 1000))
    const words = sequenceWords([
      ['new-session', '-d', '-s', anchorName, '-c', '/', 'sleep', seconds],
      ['set-option', '-t', target(anchorName), 'destroy-unattached', 'off'],
      ['set-option', '-w', '-t', target(anchorName), 'remain-on-exit', 'off'],
    ])
    let isNeeded = true
    const notNeeded = async (): Promise<CommandResult> => {
      isNeeded = false
      return { ok: true, stdout: '', stderr: '' }
    }
    const made = await first.make(words, notNeeded, reach)
    isDown ||= made.ok && isNeeded
    return { ...(made.note === undefined ? {} : { note: made.note }), release }
  }
}
