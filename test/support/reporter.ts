import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/** How a run went, in the numbers and lines that its last words are made of. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly { readonly test: string; readonly reason: string }[]
  /** What tests counted and want to be read: kill points, seeds, numbers of cases. */
  readonly figures: readonly { readonly test: string; readonly figure: string }[]
}

/** The last words of a run: what was counted, every skip with its reason, and the count as its very last line. */
export function lastWords({ passed, failed, skipped, figures }: Tally): string {
  const counted = figures.map(({ test, figure }) => `counted: ${figure}\n         by: ${test}\n`)
  const skips = skipped.map(({ test, reason }) => `skipped: ${test}\n         because: ${reason}\n`)
  return `${counted.join('')}${skips.join('')}${passed} passed, ${failed} failed, ${skipped.length} skipped\n`
}

const nameOf = (test: TestCase): string => `${relative('.', test.module.moduleId)} > ${test.fullName}`

function tallyOf(modules: readonly TestModule[], errors: readonly SerializedError[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const inState = (state: string): readonly TestCase[] => tests.filter((test) => test.result().state === state)
  // A file that could not be read to its end has failed although none of its tests did.
  const brokenFiles = modules.filter((module) => module.errors().length > 0)
  return {
    passed: inState('passed').length,
    failed: inState('failed').length + inState('pending').length + brokenFiles.length + errors.length,
    skipped: inState('skipped').map((test) => {
      const result = test.result()
      const reason = result.state === 'skipped' ? result.note : undefined
      return { test: nameOf(test), reason: reason ?? 'it does not say' }
    }),
    figures: tests.flatMap((test) =>
      test.annotations().map(({ message }) => ({ test: nameOf(test), figure: message })),
    ),
  }
}

/** Writes the last words of a run to the file that $TEST_SUMMARY names, for `scripts/test` to end with. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const words = lastWords(tallyOf(modules, errors))
    const path = process.env['TEST_SUMMARY']
    if (path) writeFileSync(path, words)
    else process.stdout.write(words)
  }
}
