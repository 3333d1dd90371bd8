import { join } from 'node:path'
import type { Process } from '../domain/session.js'
import { exitCodes } from '../exit-codes.js'
import type { ClosedGate } from '../gate.js'
import { modifiedAt, readText } from '../ports/files.js'
import { isFlocked, whyHeld } from '../ports/lock.js'
import { isOurs } from '../ports/own-process.js'
import { processOf } from '../ports/processes.js'
import { baseName } from '../ports/program-path.js'
import { unitOf } from '../ports/unit-of.js'
import type { Doorstep } from '../town.js'

/** The clocks of the kernel's process table and of file times differ by this much at most, milliseconds. */
const tolerance = 2000

/** A resident daemon of gt's works in this town: by its pid file, or by the lock it holds. */
export async function residentDaemon({
  root,
  commands,
}: Pick<Doorstep, 'root' | 'commands'>): Promise<ClosedGate | undefined> {
  const found = daemonOfPidFile(join(root, 'daemon/daemon.pid'))
  if (found !== undefined) return closed(found.who, found.pid)
  const lock = join(root, 'daemon/daemon.lock')
  return (await isFlocked(lock, commands)) ? closed(whyHeld(lock)) : undefined
}

function closed(who: string, pid?: string): ClosedGate {
  const because = `a resident daemon looks after this town (${who}): this check only looked; ${mend(pid)}`
  return { open: false, reason: 'resident-daemon', mayLook: true, because, exitCode: exitCodes.busy }
}

/** The unit that `gt daemon enable-supervisor` makes: systemd starts its daemon again whenever somebody stops it. */
const supervised = 'gastown-daemon.service'

const mend = (pid: string | undefined): string =>
  pid !== undefined && unitOf(pid) === supervised
    ? `systemctl --user disable --now ${supervised} ends it, after gt daemon stop it would come back`
    : 'gt daemon stop ends it'

/** The live `gt daemon run` that a pid file names; a number alone proves nothing. Cannot tell: as if there were one. */
function daemonOfPidFile(path: string): { readonly who: string; readonly pid?: string } | undefined {
  const text = readText(path)
  if (!text.known) return { who: text.why }
  const pid = /^\d{1,10}/.exec(text.value ?? '')?.[0]
  if (pid === undefined) return undefined
  try {
    const found = processOf(Number(pid))
    return found !== undefined && isDaemon(found, modifiedAt(path)) ? { who: `pid ${pid}`, pid } : undefined
  } catch (error) {
    return { who: `nobody can tell what process ${pid} is: ${error instanceof Error ? error.message : error}` }
  }
}

function isDaemon({ pid, argv, state, startedAt }: Process, writtenAt: number | undefined): boolean {
  const [program = '', ...words] = argv
  const runs = baseName(program) === 'gt' && words.some((word, i) => word === 'daemon' && words[i + 1] === 'run')
  return runs && state !== 'Z' && isOurs(pid) && (writtenAt === undefined || startedAt <= writtenAt + tolerance)
}
