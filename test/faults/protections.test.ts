import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { long } from '../support/faults/form.js'
import { copyProject, PROJECT, type ProjectCopy } from '../support/faults/project-copy.js'
import { protections } from '../support/faults/protections.js'
import { testFinder } from '../support/test-titles.js'

const read = (path: string): string =>
  existsSync(join(PROJECT, path)) ? readFileSync(join(PROJECT, path), 'utf8') : ''

describe('the list of protections', () => {
  it('is about what stands in the sources, once', async ({ annotate }) => {
    if (long) await annotate(`${protections.length} protections, each taken out and missed by a test`)
    const astray = protections.filter(({ file, from }) => read(file).split(from).length !== 2)
    expect(astray.map(({ protects }) => protects)).toEqual([])
  })

  it('names tests that are there', () => {
    const missing = protections.filter(({ caught: [file, name] }) => !testFinder(read(`test/${file}`))(name))
    expect(missing.map(({ protects }) => protects)).toEqual([])
  })
})

if (long)
  describe('taken out of a copy of the project, a protection is missed:', () => {
    let copy: ProjectCopy
    beforeAll(() => {
      copy = copyProject()
    })
    afterAll(() => copy.end())

    it.for(protections)('$protects', { timeout: 600_000 }, ({ file, from, to, caught }, ctx) => {
      const before = copy.resultOf(caught)
      if (before === 'skipped') ctx.skip('needs what its test needs')
      expect(before).toBe('passed')
      expect(
        copy.resultWith(
          file,
          read(file).replace(from, () => to),
          caught,
        ),
      ).toBe('failed')
    })
  })
