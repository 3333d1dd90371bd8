import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.js'
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

/** Unit tests share threads and take milliseconds; the rest use real programs, for whom they wait most of the time, and get processes. */
export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    maxWorkers: Math.max(workers, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/{contract,heartbeat,faults,e2e}/**/*.test.ts'],
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
