import { join } from 'node:path'
import { logStamp } from '../domain/go-time.js'
import { plain } from '../domain/plain.js'
import { priorities } from '../domain/priority.js'
import { type Redaction, redacted } from '../domain/redaction.js'
import { appendLine } from './append.js'
import { addFolder } from './files.js'
import { withPriorities } from './journal.js'

/** `daemon/daemon.log` and `daemon/heartbeat/history.jsonl` of a town. Neither ever throws: a full disk stops no repair. */
export interface Log {
  /** A line of daemon.log, with the original's time stamp. */
  line(text: string): void
  /** A line of history.jsonl. */
  history(entry: Readonly<Record<string, unknown>>): void
}

export interface LogOptions {
  readonly root: string
  /** Bytes that daemon.log and its one old copy may have together. */
  readonly logSize: number
  /** The same for history.jsonl. */
  readonly historySize: number
  /** What takes secrets out of a line; by their form alone unless it is given. */
  readonly redact?: Redaction
}

/** The log of a town. A file that cannot be written is said once on stderr. */
export function openLog({ root, logSize, historySize, redact = redacted }: LogOptions): Log {
  const complained = new Set<string>()
  tryFolders(join(root, 'daemon'), join(root, 'daemon/heartbeat'))
  const append = (name: string, line: string, limit: number): void => {
    const path = join(root, 'daemon', name)
    try {
      appendLine(path, redact(line), limit)
    } catch (error) {
      if (!complained.has(path))
        complain(`${path} cannot be written: ${error instanceof Error ? error.message : error}`)
      complained.add(path)
    }
  }
  return {
    line: (text) => append('daemon.log', `${stamp(new Date())} ${plain(text)}`, logSize),
    history: (entry) => append('heartbeat/history.jsonl', plain(JSON.stringify(entry)), historySize),
  }
}

function complain(text: string): void {
  const { env, stderr } = process
  stderr.write(withPriorities(`gt-heartbeat: ${text}\n`, { env, stream: 2, priorityOf: () => priorities.warning }))
}

function tryFolders(...paths: readonly string[]): void {
  try {
    for (const path of paths) addFolder(path)
  } catch {
    // Each line that cannot be written says so.
  }
}

/** A log that writes nothing: what a dry run has. */
export const silentLog: Log = { line: () => undefined, history: () => undefined }

const stamp = (now: Date): string => logStamp(now.getTime(), -now.getTimezoneOffset())
