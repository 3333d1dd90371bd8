import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { located } from './stand-ins.js'

/** A real cron daemon with crontabs of its own, and the processes it starts. */
export interface CronMachine {
  /** Runs a command in there. */
  run(argv: readonly string[], options: RunOptions): Ran
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly input?: Buffer
}

export interface Ran {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: Buffer
}

const program = fileURLToPath(new URL('programs/cron-machine', import.meta.url))

/** Raises one; it ends with the test, and with the test run. Skips the test where none can be raised. */
export async function cronMachine(test: TestContext): Promise<CronMachine> {
  const path = process.env['PATH'] ?? ''
  for (const [name, from] of [
    ['cron', 'cron'],
    ['crontab', 'cron'],
    ['unshare', 'util-linux'],
    ['nsenter', 'util-linux'],
  ] as const) {
    if (located(name, path) === undefined) test.skip(`needs ${name}: apt-get install ${from}`)
  }
  if (spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status !== 0) {
    test.skip('needs namespaces of its own for cron: run as root, or with CAP_SYS_ADMIN')
  }
  const machine = spawn('/bin/sh', [program], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => machine.once('close', () => resolve()))
  test.onTestFinished(async () => {
    machine.kill('SIGKILL')
    await ended
  })
  await ready(machine)
  const inside = readFileSync(`/proc/${machine.pid}/task/${machine.pid}/children`, 'utf8').trim().split(' ')[0] ?? ''
  return {
    run: (argv, options) =>
      spawnSync('nsenter', ['--target', inside, '--mount', '--pid', `--wd=${options.cwd}`, ...argv], {
        ...options,
        timeout: 60_000,
      }),
  }
}

function ready({ stdout, stderr }: { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream }) {
  return new Promise<void>((resolve, reject) => {
    let said = ''
    stderr.on('data', (text) => {
      said += text
    })
    stdout.on('data', () => resolve())
    stdout.on('end', () => reject(new Error(`cron cannot be raised: ${said}`)))
  })
}
