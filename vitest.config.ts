import { defineConfig } from 'vitest/config'
import { SummaryReporter } from './test/support/reporter.js'

/** Unit tests share threads and take milliseconds; the rest use real programs and get a process and time. */
export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], pool: 'threads', isolate: false } },
      {
        test: {
          name: 'real',
          include: ['test/{contract,heartbeat,faults,e2e}/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
