import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { fingerprint } from '../../src/domain/fingerprint.js'
import type { Manifest } from '../../src/schedulers/manifest.js'

/** How the program ended. */
export interface Said {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A user with a home, a town at `~/gt`, the built program as a command, and stand-ins for the programs of systemd. */
export interface InstallStage {
  readonly home: string
  readonly town: string
  /** `$XDG_CONFIG_HOME`. */
  readonly config: string
  /** The folder with the commands, first on PATH. */
  readonly bin: string
  readonly env: Readonly<Record<string, string>>
  /** Runs `gt-heartbeat` in the home, by the path `command`. A variable that is undefined is not set. */
  run(words: readonly string[], env?: Readonly<Record<string, string | undefined>>, command?: string): Promise<Said>
  /** A town somewhere below the home. */
  addTown(path: string): string
  /** Every call of a stand-in so far, with those from before `since` left out. */
  calls(since?: number): readonly string[]
  /** Shell lines that a stand-in runs first from now on; undefined: none. */
  spoil(program: string, lines: string | undefined): void
  /** A file of the stage; undefined when there is none. */
  read(path: string): string | undefined
  write(path: string, text: string): void
  link(path: string, target: string): void
  /** The text of a unit as the package ships it. */
  shipped(unit: string): string
  /** Writes files with these texts, as if the schedule `default` had been installed with them. */
  asInstalledBefore(files: Readonly<Record<string, string>>): void
  /** Everything below a folder: files with mode and digest, links with where they lead. */
  picture(folder: string): Readonly<Record<string, string>>
}

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const programs = join(checkout, 'test/support/programs')

/** A stage for this test, which ends with it. */
export function installStage(test: Pick<TestContext, 'onTestFinished'>): InstallStage {
  const stage = mkdtempSync(join(realpathSync(tmpdir()), 'in-'))
  test.onTestFinished(() => rmSync(stage, { recursive: true, force: true }))
  const home = join(stage, 'home')
  const bin = join(stage, 'prefix/bin')
  const notes = join(home, '.stand-in')
  for (const folder of [bin, notes]) mkdirSync(folder, { recursive: true })
  const link = (name: string, target: string) => symlinkSync(target, join(bin, name))
  link('gt-heartbeat', join(checkout, 'dist/gt-heartbeat.cjs'))
  link('gt-rearm', join(checkout, 'scripts/gt-rearm'))
  link('node', process.execPath)
  for (const name of ['systemctl', 'loginctl', 'crontab']) link(name, join(programs, name))
  for (const name of ['gt', 'bd', 'tmux', 'git']) link(name, '/bin/true')
  writeFileSync(join(notes, 'linger'), 'yes\n')
  const env = {
    HOME: home,
    USER: 'tester',
    LANG: 'de_DE.UTF-8',
    PATH: [bin, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    XDG_RUNTIME_DIR: join(stage, 'run'),
    CRONTAB_FILE: join(notes, 'crontab'),
  }
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const addTown = (path: string): string => {
    const town = join(home, path)
    write(join(town, 'mayor/town.json'), '{"type":"town","version":1,"name":"t"}\n')
    return town
  }
  return {
    home,
    town: addTown('gt'),
    config: join(home, '.config'),
    bin,
    env,
    addTown,
    read,
    write,
    link: (path, target) => {
      mkdirSync(dirname(path), { recursive: true })
      symlinkSync(target, path)
    },
    shipped: (unit) => readFileSync(join(checkout, 'units', unit), 'utf8'),
    asInstalledBefore: (files) => {
      const path = join(home, '.config/gt-heartbeat/installed.json')
      const manifest: Manifest = JSON.parse(readFileSync(path, 'utf8'))
      for (const [file, text] of Object.entries(files)) {
        write(file, text)
        Object.assign(manifest.schedules['default']?.files ?? {}, { [file]: fingerprint(text) })
      }
      write(path, JSON.stringify(manifest))
    },
    run: (words, more = {}, command = join(bin, 'gt-heartbeat')) =>
      runIn(home, [command, ...words], { ...env, ...more }),
    calls: (since = 0) =>
      (read(join(notes, 'calls')) ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .slice(since),
    spoil(program, lines) {
      const path = join(notes, `spoilt-${program}`)
      if (lines === undefined) rmSync(path, { force: true })
      else writeFileSync(path, lines)
    },
    picture: (folder) => Object.fromEntries(pictured(folder, '')),
  }
}

function runIn(
  cwd: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Said> {
  const [program = '', ...args] = words
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, timeout: 100_000, killSignal: 'SIGKILL' })
    const parts = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        parts[stream] += text
      })
    }
    child.stdin.end()
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, ...parts }))
  })
}

function pictured(folder: string, below: string): readonly (readonly [string, string])[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const [path, known] = [join(folder, name), join(below, name)]
      const found = lstatSync(path)
      if (found.isDirectory()) return [[`${known}/`, ''] as const, ...pictured(path, known)]
      if (found.isSymbolicLink()) return [[known, `→ ${readlinkSync(path)}`] as const]
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12)
      return [[known, `${(found.mode & 0o7777).toString(8)} ${digest}`] as const]
    })
}
