import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { ended, firstLine, type Said } from './child-words.js'
import { waitFor } from './wait-for.js'

export type { Said }

export interface InsideOptions {
  /** Added to the user's own environment; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Milliseconds, after which it is killed and `signal` says so. A minute unless told. */
  readonly within?: number
}

/** A systemd user manager of this test's own, and the machine around it as its processes see it: only they are in /proc,
 *  `/run` is its own, and nothing of it is left when it ends. Files are the machine's: put what is made below `folder`. */
export interface UserManager {
  /** Everything of this test's; removed at the end. Paths are the same inside and outside. */
  readonly folder: string
  /** The user's home; nothing is in it. The user's units go below `.config/systemd/user`. */
  readonly home: string
  /** What a terminal of the user has: HOME, PATH with node, a UTF-8 locale, XDG_RUNTIME_DIR, and a TMUX_TMPDIR below `folder`.
   *  The manager itself has no PATH of ours, no locale and no TMUX_TMPDIR, as a real one. */
  readonly env: Readonly<Record<string, string>>
  /** Runs a program as from a terminal of the user, to its end. */
  run(words: readonly string[], options?: InsideOptions): Promise<Said>
  /** The same, without waiting. It ends with the manager at the latest. */
  begin(words: readonly string[], options?: InsideOptions): ChildProcess
  /** `systemctl --user …`: what it printed. Throws when it exits with anything but 0. */
  systemctl(...words: readonly string[]): Promise<string>
  /** The lines of the journal about a unit of the user's (undefined: all of it), oldest first. */
  journal(unit?: string): Promise<string>
  /** As after a logout, or a boot: every unit has ended, the runtime folder was emptied, and a new manager begins. */
  loginAgain(): Promise<void>
  /** Ends everything inside and removes the folder. It happens by itself when this process ends, however it ends. */
  end(): Promise<void>
}

/** Why there is no manager: a reason for a skip, in one line with what would help. */
export interface NoManager {
  readonly whyNot: string
}

const program = fileURLToPath(new URL('programs/user-manager', import.meta.url))
const second = 1000

/** A manager for this test, which ends with it. Where none can be raised the test is skipped with the reason. */
export async function managerFor(test: TestContext): Promise<UserManager> {
  const raised = await raiseManager()
  if ('whyNot' in raised) return test.skip(raised.whyNot)
  test.onTestFinished(() => raised.end())
  return raised
}

/** Starts a systemd user manager in namespaces of its own. */
export async function raiseManager(): Promise<UserManager | NoManager> {
  if (process.platform !== 'linux') return { whyNot: 'needs Linux with systemd' }
  if (process.getuid?.() !== 0) return { whyNot: 'needs root, to make namespaces for a systemd user manager' }
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'um-'))
  // A session of its own: whoever interrupts the tests does not reach it, and it sees by its closed stdin that they are over.
  const keeper = spawn(program, [folder], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  const over = new Promise<void>((resolve) => keeper.once('close', () => resolve()))
  const end = (): Promise<void> => {
    keeper.stdin.end()
    return over
  }
  const line = await firstLine(keeper, 30 * second)
  const inside = /^ready (\d+)$/.exec(line)?.[1]
  if (inside !== undefined) return managerIn(folder, inside, end)
  await end()
  return { whyNot: `no systemd user manager: ${line.replace(/^cannot /, '')}` }
}

function managerIn(folder: string, inside: string, end: () => Promise<void>): UserManager {
  const env = terminalOf(folder)
  // Joins the cgroup that a login would be in, then becomes the command, which is killed with nsenter.
  const enter = [
    'setpriv',
    '--pdeathsig',
    'KILL',
    '/bin/sh',
    '-c',
    'echo 0 >/sys/fs/cgroup/terminal/cgroup.procs && exec "$@"',
    'sh',
  ]
  const begin: UserManager['begin'] = (words, options = {}) =>
    spawn(
      'nsenter',
      ['--target', inside, '--mount', '--pid', '--cgroup', `--wd=${options.cwd ?? folder}`, ...enter, ...words],
      {
        env: { ...env, ...options.env },
        timeout: options.within ?? 60 * second,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
  const run: UserManager['run'] = (words, options) => ended(begin(words, options))
  const systemctl = async (...words: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(['systemctl', '--user', ...words])
    if (exitCode !== 0) throw new Error(`systemctl --user ${words.join(' ')}: ${exitCode}: ${stdout}${stderr}`)
    return stdout
  }
  const journal = async (unit?: string): Promise<string> => {
    const about = unit === undefined ? [] : [`--user-unit=${unit}`]
    return (await run(['journalctl', '--quiet', '--no-pager', '--output=short-precise', ...about])).stdout
  }
  const loginAgain = async (): Promise<void> => {
    const wish = `${folder}/again`
    writeFileSync(wish, '')
    await run(['systemctl', '--user', 'exit'])
    await waitFor('there is a new manager', () => !existsSync(wish))
  }
  return { folder, home: env['HOME'], env, begin, run, systemctl, journal, loginAgain, end }
}

const terminalOf = (folder: string) => ({
  HOME: join(folder, 'home'),
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/sh',
  LANG: 'C.UTF-8',
  PATH: [...new Set([dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'])].join(delimiter),
  XDG_RUNTIME_DIR: '/run/user/0',
  TMUX_TMPDIR: join(folder, 'tmux'),
})
