import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The process that answers for the stand-ins of all stages of a run: where it is asked, and who it is. */
export interface Answerer {
  readonly fifo: string
  readonly pid: number
}

const NAME = 'STAND_INS_ANSWERER'

/** The one of this run; undefined where each call has a process of its own. */
export function theAnswerer(): Answerer | undefined {
  const [pid, fifo] = (process.env[NAME] ?? '').split(' ')
  return pid && fifo ? { fifo, pid: Number(pid) } : undefined
}

/** Called by vitest before the first and after the last test. Where there is no /proc each caller would look in vain for its like. */
export function setup(): (() => Promise<void>) | undefined {
  if (process.platform !== 'linux') return undefined
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'an-'))
  const fifo = join(folder, 'asked')
  execFileSync('mkfifo', [fifo])
  const program = fileURLToPath(new URL('programs/together.mjs', import.meta.url))
  const answerer = spawn(process.execPath, [program, fifo], { stdio: ['pipe', 'inherit', 'inherit'] })
  process.env[NAME] = `${answerer.pid} ${fifo}`
  return () =>
    new Promise((resolve) => {
      answerer.once('close', () => {
        rmSync(folder, { recursive: true })
        resolve()
      })
      answerer.stdin.end()
    })
}
