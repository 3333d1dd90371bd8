/** A place that holds issues. */
export interface Database {
  /** The folder to run bd in: the parent of its `.beads`. */
  readonly folder: string
  /** Issue prefixes that live here, without the dash. */
  readonly prefixes: readonly string[]
  /** Rigs whose agents' beads could be here; empty: any rig's. */
  readonly rigs: readonly string[]
  /** Asked for agents only when no other database knows all of its rigs'. */
  readonly isFallback?: boolean
}

/** All databases of a town. */
export interface DatabaseList {
  readonly databases: readonly Database[]
  /** Routes and folders that hold none: said with -v, not asked. */
  readonly skipped: readonly string[]
  /** Routes that are not followed, each with the reason: what lies behind them was not seen. */
  readonly complaints: readonly string[]
  /** Whether the town's own folder holds a database: without one nobody can have sent mail. */
  readonly holdsMail: boolean
}

/** Which database an id lives in by its prefix: the longest that fits. */
export function databaseOf(databases: readonly Database[], id: string): Database | undefined {
  const fitting = databases.flatMap((database) =>
    database.prefixes.filter((prefix) => id.startsWith(`${prefix}-`)).map((prefix) => ({ prefix, database })),
  )
  return fitting.reduce<(typeof fitting)[number] | undefined>(
    (best, one) => (best === undefined || one.prefix.length > best.prefix.length ? one : best),
    undefined,
  )?.database
}
