import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { located } from '../stand-ins.js'
import type { BusyTown } from './busy-town.js'

/** Something that happens on a machine while a check is at work. */
export interface Happening {
  readonly says: string
  /** Shell lines. */
  readonly lines: (town: BusyTown) => string
  /** What may then be otherwise than in a town in which it did not happen, as the town words it. */
  readonly changes?: RegExp
  /** Undone after the check. */
  readonly undo?: (town: BusyTown) => void
}

const WITNESS = 'gastown/witness'
const MAX = 'gastown/crew/max'

const tmux = ({ tmux: { socket } }: BusyTown): string =>
  `'${located('tmux', process.env['PATH'] ?? '') ?? 'tmux'}' -u -S '${socket}'`

const noted = `-P -F '#{pane_pid}'`
const note = `>>"$stage/strangers" 2>/dev/null`

/** Shell lines with which somebody starts an agent by hand; its process is written down. */
export const begun = (town: BusyTown, who: string): string =>
  `${tmux(town)} new-session -d ${noted} -s ${town.session(who)} -c '${town.folder(who)}' '${town.programs.bin}/claude' --awake ${note}`

/** Of whom somebody else started while the check was at work, those that do not run any more. */
export function lostStrangers({ stage }: BusyTown): readonly string[] {
  const file = join(stage, 'strangers')
  const pids = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  return pids.filter((pid) => !existsSync(`/proc/${pid}`))
}

/** What may happen to sessions. */
export const toSessions = {
  server: {
    says: 'the tmux server is killed',
    lines: (town) => `${tmux(town)} kill-server`,
    changes: /was started [02] times|slit heard 0 times/,
  },
  begun: {
    says: 'somebody starts the dead deacon',
    lines: (town) => begun(town, 'deacon'),
    changes: /deacon was started 0 times/,
  },
  replaced: {
    says: 'the session of who asked for a cycle is replaced by another',
    // In another second than the request, which nobody could tell from one of its own else: times are in whole seconds, and bd rounds them.
    lines: (town) => `${tmux(town)} kill-session -t '=${town.session(WITNESS)}:'; sleep 2.1; ${begun(town, WITNESS)}`,
    changes: /witness was started [02] times|witness has its flag up/,
  },
  ended: {
    says: 'the session of who asked for a cycle ends',
    lines: (town) => `kill -9 $(${tmux(town)} display-message -p -t '=${town.session(WITNESS)}:' '#{pane_pid}')`,
    changes: /witness was started 2 times/,
  },
  joined: {
    says: 'a person opens a pane beside who asked for a shutdown',
    lines: (town) => `${tmux(town)} split-window -d ${noted} -t '=${town.session(MAX)}:' sleep 600 ${note}`,
    changes: /crew\/max is up|crew\/max requesting|a claim is|crew\/max has its flag/,
  },
} satisfies Record<string, Happening>

const place = ({ programs }: BusyTown, name: string): string => join(programs.bin, name)
const back = (name: string) => (town: BusyTown) => renameSync(`${place(town, name)}.kept`, place(town, name))

/** A program that is another one from one moment to the next, as a package manager does it. */
const upgrade = (name: string, says = 'Error: unknown flag: --json'): Happening => ({
  says: `${name} is upgraded to one that says: ${says}`,
  lines: (town) => {
    const path = place(town, name)
    copyFileSync(path, `${path}.kept`)
    const words = `'#!/bin/sh' 'echo "${says}" >&2' 'exit 1'`
    return `printf '%s\\n' ${words} >'${path}.new'; chmod +x '${path}.new'; mv -f '${path}.new' '${path}'`
  },
  undo: back(name),
})

const removal = (name: string): Happening => ({
  says: `${name} is taken away`,
  lines: (town) => `mv '${place(town, name)}' '${place(town, name)}.kept'`,
  undo: back(name),
})

/** A gt of today that had begun takes the moved town for another one, which has a tmux server of its own. */
function endOtherServers(socket: string): void {
  const others = readdirSync(dirname(socket)).filter((name) => name !== basename(socket))
  for (const name of others) spawnSync('tmux', ['-S', join(dirname(socket), name), 'kill-server'])
}

/** What may happen to programs and to the town itself. */
export const toPrograms = {
  gt: upgrade('gt'),
  bd: upgrade('bd'),
  noGt: removal('gt'),
  noBd: removal('bd'),
  tmux: upgrade('tmux', 'protocol version mismatch (client 8, server 9)'),
  moved: {
    says: 'the town is moved away',
    lines: ({ root }) => `mv '${root}' '${root}.moved'`,
    // Whoever is being started at that very moment runs where tmux puts those who have no folder.
    changes: /was started 0 times/,
    undo: ({ root, tmux: { socket } }) => {
      // A check of another order may have had fewer programs.
      if (existsSync(`${root}.moved`)) renameSync(`${root}.moved`, root)
      endOtherServers(socket)
    },
  },
} satisfies Record<string, Happening>
