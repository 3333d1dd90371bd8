import { defineConfig } from 'vitest/config'

/** The tests that the mutation tester asks; not the one that reads the sources, which are others then. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/contract/gate/*.test.ts', 'test/contract/ports/ledger-file.test.ts'],
    exclude: ['test/unit/layers.test.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 60_000,
  },
})
