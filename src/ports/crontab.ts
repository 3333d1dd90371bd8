import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { CommandResult, Commands } from './command.js'

/** What crontab is asked with. */
export interface Asking {
  readonly commands: Commands
  readonly env: Readonly<Record<string, string | undefined>>
}

const deadline = 20_000

/** The crontab of this user, one character a byte, as `writeCrontab` takes it; '' when there is none. */
export function readCrontab(asking: Asking): Promise<Known<string>> {
  return withFile('', async (file) => {
    // Through a file: a crontab may hold bytes that are no text.
    const result = await ask(asking, '/bin/sh', ['-c', 'crontab -l >"$1"', 'crontab', file])
    if (result.ok) return known(readFileSync(file, 'latin1'))
    return hasNone(result) ? known('') : cannotTell(said(result))
  })
}

/** None yet: every crontab program says so in words of its own and exits with 1. */
const hasNone = ({ kind, exitCode, stderr }: Extract<CommandResult, { ok: false }>): boolean =>
  kind === 'exit' && exitCode === 1 && /no crontab for|can't open .*no such file/i.test(stderr)

/** Replaces the crontab of this user; '' takes it away. Returns why that failed, undefined when it did not. */
export function writeCrontab(text: string, asking: Asking): Promise<string | undefined> {
  return withFile(text, async (file) => {
    const result = await ask(asking, 'crontab', text === '' ? ['-r'] : [file])
    return result.ok ? undefined : said(result)
  })
}

/** Writes a crontab to a new file, byte for byte. Throws when it cannot be written. */
export const keepCrontab = (path: string, text: string): void =>
  writeFileSync(path, text, { encoding: 'latin1', mode: 0o600, flag: 'wx' })

const said = (result: Extract<CommandResult, { ok: false }>): string =>
  result.kind === 'timeout'
    ? `crontab ${result.failure.replace(/^.*: (?=timed out)/, '')}`
    : `crontab: ${words(result)}`

const words = ({ stderr, failure }: Extract<CommandResult, { ok: false }>): string =>
  stderr
    .trim()
    .replace(/^crontab: /, '')
    .split('\n')
    .join('; ') || failure

function ask({ commands, env }: Asking, program: string, args: readonly string[]): Promise<CommandResult> {
  const set = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)
  // What it says when there is none is asked for in English.
  return commands.run({ program, args, cwd: '/', env: { ...Object.fromEntries(set), LC_ALL: 'C' }, deadline })
}

async function withFile<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'gt-heartbeat-crontab-'))
  try {
    const file = join(folder, 'crontab')
    writeFileSync(file, text, 'latin1')
    chmodSync(file, 0o600)
    return await use(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
