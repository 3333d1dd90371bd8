import { expect, it } from 'vitest'
import { progressLine, slowestLine } from '../../support/progress-reporter.js'

it('a progress line says how many files are done, what passed, what failed, and the time', () => {
  const progress = { files: 180, filesDone: 42, passed: 1204, failed: 1, elapsedMs: 185_400 }
  expect(progressLine(progress)).toBe('42 of 180 test files, 1204 passed, 1 failed, 3m5s')
})

it('the last progress lines name the five slowest files, the slowest first', () => {
  const files = [1, 6, 3, 2, 5, 4].map((seconds) => ({ file: `test/${seconds}.test.ts`, ms: seconds * 1000 }))
  expect(slowestLine(files)).toBe(
    'slowest: 6s test/6.test.ts, 5s test/5.test.ts, 4s test/4.test.ts, 3s test/3.test.ts, 2s test/2.test.ts',
  )
})
