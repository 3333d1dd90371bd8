/** Something wrong in a file or a setting: where, which key, and what. */
export interface Complaint {
  /** The file's path, or another place a person can go to (`$GT_TOWN_ROOT`, `--config`). */
  readonly file: string
  /** The key in it, dots between levels; '' for the whole file. */
  readonly key: string
  readonly what: string
}

/** The command line is wrong (exit 64). The message is one line and says what was meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** No town there, two towns meant, or its configuration is wrong (exit 78). Carries every complaint at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[], options?: ErrorOptions) {
    super(complaints.map(describeComplaint).join('\n'), options)
    this.complaints = complaints
  }
}

/** Another check holds the town's lock (exit 75). */
export class Busy extends Error {
  override readonly name = 'Busy'
}

/** The platform or a program it cannot do without is missing (exit 69). */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}

/** An installation cannot go on (exit 69). The message says what failed, what was done before it, and what to type. */
export class InstallError extends Error {
  override readonly name = 'InstallError'
}

/** A complaint as one line: `file: key: what`. */
export function describeComplaint({ file, key, what }: Complaint): string {
  return [file, key, what].filter((part) => part !== '').join(': ')
}
