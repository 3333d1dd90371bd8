import type { ChildProcess } from 'node:child_process'

/** How a program ended, and what it said. */
export interface Said {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** The first line of a program's stdout, or what there is of it when it ends or the time is over. */
export function firstLine(child: ChildProcess, within: number): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const done = (line: string) => {
      clearTimeout(timer)
      resolve(line)
    }
    const timer = setTimeout(() => done(`nothing was heard of it for ${within / 1000} s`), within)
    child.once('error', (error) => done(error.message))
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')))
    })
    child.stdout?.once('end', () => done(text || 'the program that raises it ended without a word'))
  })
}

/** Its end, and all that it said. */
export function ended(child: ChildProcess): Promise<Said> {
  return new Promise((resolve, reject) => {
    const parts = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        parts[stream] += text
      })
    }
    child.once('error', reject)
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, ...parts }))
    // What it started may hold its output open, but is no reason to wait for one that was killed.
    child.once('exit', (exitCode, signal) => signal && resolve({ exitCode, signal, ...parts }))
  })
}
