/** Of the mutation tester (`npm run mutation`): what decides and what must be remembered, asked of the tests that start no check. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  mutate: [
    'src/rules/**/*.ts',
    'src/gate.ts',
    'src/gate/**/*.ts',
    'src/decide.ts',
    'src/ports/ledger-file.ts',
    'src/domain/{ledger*,bookkeeping,backoff,conditions}.ts',
  ],
  coverageAnalysis: 'perTest',
  // What is made once, when a file is read, would need every test again for each change.
  ignoreStatic: true,
  concurrency: 2,
  // A busy machine is no endless loop.
  timeoutMS: 30_000,
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  htmlReporter: { fileName: '.mutation/report.html' },
  jsonReporter: { fileName: '.mutation/report.json' },
  incrementalFile: '.mutation/incremental.json',
  tempDirName: '.mutation/sandbox',
  ignorePatterns: ['.mutation'],
  // It reads both through an interface that TypeScript 7 has no more.
  disableTypeChecks: false,
  tsconfigFile: 'none',
}
