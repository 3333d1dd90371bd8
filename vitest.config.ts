import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { setOf, testFiles } from './test/sets.js'
import { LongestFirst } from './test/support/longest-first.js'
import { ProgressReporter } from './test/support/progress-reporter.js'
import { SummaryReporter } from './test/support/reporter.js'

/** Milliseconds that a node takes which does nothing; the least of three. */
function emptyNode(): number {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: '' }
  const times = [1, 2, 3].map(() => {
    const begun = performance.now()
    spawnSync(process.execPath, ['-e', '0'], { env })
    return performance.now() - begun
  })
  return Math.min(...times)
}

/** More than there are processors, because most of them wait: for tmux, for systemd, for a deadline. On a slow machine they would wait for a
 *  processor, and what a test is given to be done in runs out: the tests take as long there with half as many. */
const workers = emptyNode() > 40 ? 3 : 6

const isWanted = (file: string): boolean => process.env['TEST_SET'] !== 'quick' || setOf(file) === 'quick'
const files = testFiles(fileURLToPath(new URL('test', import.meta.url))).filter(isWanted)
const isUnit = (file: string): boolean => file.startsWith('unit/')
const paths = (wanted: readonly string[]): string[] => wanted.map((file) => `test/${file}`)

/** Unit tests share threads and take milliseconds; the rest use real programs, for whom they wait most of the time, and get processes. */
export default defineConfig({
  test: {
    reporters: [new ProgressReporter(), new SummaryReporter()],
    maxWorkers: Math.max(workers, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: paths(files.filter(isUnit)),
          pool: 'threads',
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          include: paths(files.filter((file) => !isUnit(file))),
          pool: 'forks',
          setupFiles: ['test/support/say-on-failure.ts'],
          globalSetup: ['test/support/answerer.ts', 'test/support/packed-package.ts'],
          // Nothing here changes what the files of a process share, and half a second for each is a minute in the end.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
})
