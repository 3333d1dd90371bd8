import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.js'
import { SummaryReporter } from './test/support/reporter.js'

/** Unit tests share threads and take milliseconds; the rest use real programs, for whom they wait most of the time, and get processes. */
export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    // More than there are processors, because most of them wait: for tmux, for systemd, for a deadline.
    maxWorkers: Math.max(6, availableParallelism()),
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
