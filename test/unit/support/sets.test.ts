import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { setOf, sets, testFiles } from '../../sets.js'
import { protections } from '../../support/faults/protections.js'

const TEST = fileURLToPath(new URL('../..', import.meta.url))
const files = testFiles(TEST)

describe('the sets of test files', () => {
  it('cover every test file', () => {
    expect(files.filter((file) => setOf(file) === undefined)).toEqual([])
  })

  it('name only folders and files that exist', () => {
    const isThere = (entry: string) => files.some((file) => file === entry || file.startsWith(`${entry}/`))
    expect(
      Object.values(sets)
        .flat()
        .filter((entry) => !isThere(entry)),
    ).toEqual([])
  })

  it('let a file beat its folder, and a folder beat the folder above it', () => {
    expect(setOf('unit/cli.test.ts')).toBe('quick')
    expect(setOf('faults/claims.test.ts')).toBe('long')
    expect(setOf('unknown/cli.test.ts')).toBeUndefined()
    expect(setOf('units.test.ts')).toBeUndefined()
  })

  it('leave no protection without a test: CONTRIBUTING.md lists those that only --all covers', () => {
    const onlyInAll = protections.filter(({ caught: [file] }) => setOf(file) !== 'quick')
    const contributing = readFileSync(fileURLToPath(new URL('../CONTRIBUTING.md', `file://${TEST}`)), 'utf8')
    const [, list = ''] = contributing.split('<!-- protections that only --all covers -->')
    const listed = [...list.matchAll(/^- (.*) \(`(.*)`\)$/gm)].map(([, protects, file]) => ({ protects, file }))
    expect(listed).toEqual(onlyInAll.map(({ protects, caught: [file] }) => ({ protects, file })))
  })
})
