import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './real-town.js'
import type { Environment } from './town-folder.js'
import { waitFor } from './wait-for.js'

/** What a database holds: how often it was committed to, and a digest of all that stands in it, committed or not. */
export interface DatabaseState {
  readonly commits: number
  readonly digest: string
}

/** The Dolt server of a real town of today. */
export interface DoltServer {
  readonly port: number
  start(): void
  stop(): void
  /** The same server, but it takes no writes; started without gt, which knows no such thing. Returns what ends it. */
  startReadOnly(): Promise<() => Promise<void>>
  /** Its process. */
  pid(): number
  /** Every row of the answer to one SQL statement. */
  ask(database: string, statement: string): readonly Readonly<Record<string, unknown>>[]
  state(database: string): DatabaseState
  /** Makes one time of a record so many seconds older: bd itself always writes the present. */
  age(database: string, record: AgedRecord): void
}

export interface AgedRecord {
  readonly table: 'issues' | 'wisps'
  readonly id: string
  readonly column: 'created_at' | 'updated_at'
  readonly seconds: number
}

export interface DoltServerOptions {
  readonly root: string
  readonly port: number
  readonly env: Environment
  /** The path of dolt. */
  readonly program: string
  readonly run: Run
}

const rowsOf = (stdout: string): readonly Readonly<Record<string, unknown>>[] => {
  const answer: { readonly rows?: readonly Readonly<Record<string, unknown>>[] } = stdout.trim()
    ? JSON.parse(stdout)
    : {}
  return answer.rows ?? []
}

function answers(ask: () => unknown): boolean {
  try {
    ask()
    return true
  } catch {
    return false
  }
}

/** Started and stopped by gt, asked by dolt. */
export function doltServer({ root, port, env, program, run }: DoltServerOptions): DoltServer {
  const reach = ['--host', '127.0.0.1', '--port', String(port), '--user', 'root', '--no-tls']
  // Without the second it would tell its makers that it ran.
  const asking = { ...env, DOLT_CLI_PASSWORD: '', DOLT_DISABLE_EVENT_FLUSH: 'true' }
  const options = { cwd: root, env: asking, encoding: 'utf8', stdio: 'pipe' } as const
  const ask: DoltServer['ask'] = (database, statement) =>
    rowsOf(execFileSync(program, [...reach, '--use-db', database, 'sql', '-r', 'json', '-q', statement], options))
  return {
    port,
    start: () => void run('gt', ['dolt', 'start']),
    stop: () => void run('gt', ['dolt', 'stop']),
    startReadOnly: async () => {
      const usual = readFileSync(join(root, '.dolt-data/config.yaml'), 'utf8')
      const config = join(root, 'daemon/read-only.yaml')
      writeFileSync(config, usual.replace(/^behavior:/m, 'behavior:\n  read_only: true'))
      const server = spawn(program, ['sql-server', '--config', config], { cwd: root, env, stdio: 'ignore' })
      const ended = once(server, 'exit')
      await waitFor('the server answers', () => answers(() => ask('hq', 'select 1')))
      return async () => {
        server.kill()
        await ended
      }
    },
    pid: () => Number.parseInt(readFileSync(join(root, 'daemon/dolt.pid'), 'utf8'), 10),
    ask,
    state: (database) => {
      const [row] = ask(database, 'select count(*) as commits, dolt_hashof_db() as digest from dolt_log')
      return { commits: Number(row?.['commits']), digest: String(row?.['digest']) }
    },
    age: (database, { table, id, column, seconds }) => {
      // `updated_at` follows every change of its row, unless it is the one that is changed.
      const set = `${column} = ${column} - interval ${Math.round(seconds)} second`
      const kept = column === 'updated_at' ? set : `${set}, updated_at = updated_at`
      ask(database, `update ${table} set ${kept} where id = '${id}'`)
    },
  }
}
