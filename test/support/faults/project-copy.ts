import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))

/** A file below `test/`, and a test in it: `a group > a test`. */
export type NamedTest = readonly [file: string, name: string]

/** A copy of the whole project in which anything may be broken. */
export interface ProjectCopy {
  /** How this test ends: passed, failed, or skipped. */
  resultOf(test: NamedTest): string
  /** The same with another text in a file. */
  resultWith(file: string, text: string, test: NamedTest): string
  end(): void
}

const LEFT_OUT = new Set(['.git', '.mutation', 'node_modules'])

const report = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) })),
})

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Runs a program in the copy; its packages are those of the project. */
function runIn(root: string, args: readonly string[]): string {
  const { PATH = '', HOME = '', USER = '', LANG = 'C.UTF-8' } = process.env
  const env = { PATH, HOME, USER, LANG, TMPDIR: join(root, '..'), NO_COLOR: '1', TSX_DISABLE_CACHE: '1' }
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
  return `${stdout}${stderr}`
}

/** Builds the copy as it is now and runs one test of it. */
function run(root: string, [file, name]: NamedTest): string {
  const out = join(root, '../report.json')
  rmSync(out, { force: true })
  runIn(root, ['build.config.mjs'])
  const only = ['-t', `^${escaped(name.replaceAll(' > ', ' '))}$`, '--reporter=json', `--outputFile=${out}`]
  const said = runIn(root, ['node_modules/vitest/vitest.mjs', 'run', `test/${file}`, ...only])
  return statusIn(out, name) ?? `no test of that name ran: ${said.slice(0, 500)}`
}

/** How the test of that name ended; the others were left out. */
function statusIn(path: string, name: string): string | undefined {
  const { testResults } = report.parse(JSON.parse(readFileSync(path, 'utf8')))
  const all = testResults.flatMap(({ assertionResults }) => assertionResults)
  return all.find(({ fullName }) => fullName === name.replaceAll(' > ', ' '))?.status
}

/** Makes the copy. */
export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'p-'))
  const root = join(folder, 'project')
  cpSync(PROJECT, root, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) })
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'))
  return {
    resultOf: (test) => run(root, test),
    resultWith: (file, text, test) => {
      const own = readFileSync(join(root, file), 'utf8')
      writeFileSync(join(root, file), text)
      const result = run(root, test)
      writeFileSync(join(root, file), own)
      return result
    },
    end: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
}
