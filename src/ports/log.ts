/** `daemon/daemon.log` and `daemon/heartbeat/history.jsonl` of a town, and the lines on stderr for people. */
export interface Log {
  /** A line of daemon.log, with the original's time stamp. */
  line(text: string): void
  /** A line of history.jsonl. */
  history(entry: Readonly<Record<string, unknown>>): void
}

export interface LogOptions {
  readonly root: string
  readonly logSize: number
  readonly historySize: number
}

export declare function openLog(options: LogOptions): Log

/** A log that writes nothing: what a dry run has. */
export declare const silentLog: Log
