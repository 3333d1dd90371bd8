import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../src/config/schema.js'
import { exitCodes } from '../../src/exit-codes.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const README = read('README.md')

describe('what is written for people', () => {
  it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/architecture.md', 'docs/lock.md', 'docs/recovery.md'])(
    '%s points only at what is there',
    (path) => {
      const targets = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '')
      expect(targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([])
    },
  )

  it('has the exit codes as they are', () => {
    const rows = [...README.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map((match) => [match[2], Number(match[1])])
    expect(Object.fromEntries(rows)).toEqual(exitCodes)
  })

  it('shows a configuration that is one', () => {
    const example: unknown = JSON.parse(/```json\n([^`]+)```/.exec(README)?.[1] ?? '')
    expect(configSchema.safeParse(example).error).toBeUndefined()
  })

  it('names every folder of src in the map', () => {
    const map = read('docs/architecture.md')
    const folders = [
      'actions',
      'commands',
      'config',
      'dialects',
      'domain',
      'gate',
      'observe',
      'ports',
      'remember',
      'report',
      'rules',
    ]
    expect(folders.filter((folder) => !map.includes(`${folder}/`))).toEqual([])
  })

  it('shows a rule that the worked example of CONTRIBUTING.md could be put in beside', () => {
    const imports = [...read('CONTRIBUTING.md').matchAll(/import .* from '\.{1,2}\/([^']+)\.js'/g)].map(
      (match) => match[1],
    )
    const missing = imports.filter(
      (path) => !existsSync(join(ROOT, `src/${path}.ts`)) && !existsSync(join(ROOT, `src/rules/${path}.ts`)),
    )
    expect(missing).toEqual([])
  })
})
