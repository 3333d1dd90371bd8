import { dirname, join } from 'node:path'
import { logStamp } from '../domain/go-time.js'
import { appendLine } from './append.js'
import { makeFolder } from './files.js'

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
}

/** The log of a town. A file that cannot be written is said once on stderr. */
export function openLog({ root, logSize, historySize }: LogOptions): Log {
  const complained = new Set<string>()
  const append = (name: string, line: string, limit: number): void => {
    const path = join(root, 'daemon', name)
    try {
      makeFolder(dirname(path))
      appendLine(path, line, limit)
    } catch (error) {
      if (!complained.has(path)) process.stderr.write(`gt-heartbeat: ${path} cannot be written: ${error}\n`)
      complained.add(path)
    }
  }
  return {
    line: (text) => append('daemon.log', `${stamp(new Date())} ${onOneLine(text)}`, logSize),
    history: (entry) => append('heartbeat/history.jsonl', JSON.stringify(entry), historySize),
  }
}

/** A log that writes nothing: what a dry run has. */
export const silentLog: Log = { line: () => undefined, history: () => undefined }

const stamp = (now: Date): string => logStamp(now.getTime(), -now.getTimezoneOffset())

/** Foreign text in a line cannot begin another one, or steer a terminal. */
const onOneLine = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^[^\\]/, '\\u007f'),
  )
