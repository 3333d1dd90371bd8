import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/** How a run went, in the numbers and lines that its last words are made of. */
export interface Tally {
  readonly passed: number
  /** Each with what was thrown, its difference and where. */
  readonly failed: readonly { readonly test: string; readonly why: string }[]
  readonly skipped: readonly { readonly test: string; readonly reason: string }[]
  /** What tests counted and want to be read: kill points, seeds, numbers of cases. */
  readonly figures: readonly { readonly test: string; readonly figure: string }[]
}

/**
 * The last words of a run: what was counted, every reason to skip with its tests, every failure, and the count as its very last line.
 * The failures come last, because of a long log often only the end is kept.
 */
export function lastWords({ passed, failed, skipped, figures }: Tally): string {
  const counted = figures.map(({ test, figure }) => `counted: ${figure}\n         by: ${test}\n`)
  const skips = [...new Set(skipped.map(({ reason }) => reason))].map((reason) => {
    const names = skipped.filter((skip) => skip.reason === reason).map(({ test }) => `         ${test}\n`)
    return `skipped: because it ${reason}\n${names.join('')}`
  })
  const failures = failed.map(({ test, why }) => `failed: ${test}\n${indented(why)}`)
  const count = `${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`
  return [...counted, ...skips, ...failures, count].join('')
}

/** Whoever compares two long texts prints all of both. */
const LINES_OF_A_FAILURE = 40

const indented = (text: string): string =>
  stripVTControlCharacters(text)
    .split('\n')
    .slice(0, LINES_OF_A_FAILURE)
    .map((line) => `         ${line}\n`)
    .join('')

const nameOf = (test: TestCase): string => `${relative('.', test.module.moduleId)} > ${test.fullName}`

function reasonOf(error: SerializedError): string {
  const [place] = error.stacks ?? []
  const where = place && `at ${relative('.', place.file)}:${place.line}`
  return [error.message, error['diff'], where].filter(Boolean).join('\n')
}

const reasonsOf = (errors: readonly SerializedError[]): string =>
  errors.map(reasonOf).join('\n') || 'it did not come to its end'

function tallyOf(modules: readonly TestModule[], errors: readonly SerializedError[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const inState = (state: string): readonly TestCase[] => tests.filter((test) => test.result().state === state)
  // A file that could not be read to its end has failed although none of its tests did.
  const broken = modules.filter((module) => module.errors().length > 0)
  return {
    passed: inState('passed').length,
    failed: [
      ...[...inState('failed'), ...inState('pending')].map((test) => ({
        test: nameOf(test),
        why: reasonsOf(test.result().errors ?? []),
      })),
      ...broken.map((module) => ({ test: relative('.', module.moduleId), why: reasonsOf(module.errors()) })),
      ...errors.map((error) => ({ test: 'outside of all tests', why: reasonOf(error) })),
    ],
    skipped: inState('skipped').map((test) => {
      const result = test.result()
      const reason = result.state === 'skipped' ? result.note : undefined
      return { test: nameOf(test), reason: reason ?? 'does not say why' }
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
