import { relative } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { UserConsoleLog } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { formatDuration } from '../../src/domain/duration.js'

/** Milliseconds between two progress lines. */
const interval = 10_000

/** How far a run has come. */
export interface Progress {
  readonly files: number
  readonly filesDone: number
  readonly passed: number
  readonly failed: number
  readonly elapsedMs: number
}

/** `42 of 180 test files, 1204 passed, 0 failed, 1m5s`. */
export const progressLine = ({ files, filesDone, passed, failed, elapsedMs }: Progress): string =>
  `${filesDone} of ${files} test files, ${passed} passed, ${failed} failed, ${formatDuration(elapsedMs)}`

/** How many of the slowest files are named at the end. */
const slowest = 5

/** A test file and how long it took. */
export interface Timed {
  readonly file: string
  readonly ms: number
}

/** `slowest: 42s test/a.test.ts, 31s test/b.test.ts`. */
export const slowestLine = (files: readonly Timed[]): string =>
  `slowest: ${files
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, slowest)
    .map(({ file, ms }) => `${formatDuration(ms)} ${file}`)
    .join(', ')}`

/** Prints a progress line every ten seconds, the title of each failed test at once, and the slowest files at the end. */
export class ProgressReporter implements Reporter {
  #files = 0
  #filesDone = 0
  #passed = 0
  #failed = 0
  readonly #timed: Timed[] = []
  readonly #begunAt = performance.now()
  #timer: NodeJS.Timeout | undefined

  onInit(): void {
    this.#timer = setInterval(() => this.#print(), interval)
    this.#timer.unref()
  }

  onTestRunStart(specifications: readonly unknown[]): void {
    this.#files = specifications.length
    this.#print()
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result()
    if (state === 'passed') this.#passed += 1
    if (state !== 'failed') return
    this.#failed += 1
    process.stdout.write(`failed: ${relative('.', test.module.moduleId)} > ${test.fullName}\n`)
  }

  onUserConsoleLog({ content }: UserConsoleLog): void {
    process.stdout.write(content)
  }

  onTestModuleEnd(module: TestModule): void {
    this.#filesDone += 1
    this.#timed.push({ file: relative('.', module.moduleId), ms: module.diagnostic().duration })
    if (module.errors().length > 0) process.stdout.write(`failed to load: ${relative('.', module.moduleId)}\n`)
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer)
    this.#print()
    process.stdout.write(`${slowestLine(this.#timed)}\n`)
  }

  #print(): void {
    const elapsedMs = performance.now() - this.#begunAt
    const progress = { files: this.#files, filesDone: this.#filesDone, passed: this.#passed, failed: this.#failed }
    process.stdout.write(`${progressLine({ ...progress, elapsedMs })}\n`)
  }
}
