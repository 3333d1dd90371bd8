import { execFile } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { temporaryFolder } from './around.js'

const rounds = 2000

/** Whoever is behind finds folders made, and catches up: they meet again and again. */
async function makeAll(folder: string, script: string): Promise<void> {
  await promisify(execFile)('node', ['--import', import.meta.resolve('tsx'), script, folder])
}

it('two processes make the same folders at the same time', async () => {
  const folder = temporaryFolder()
  const script = join(temporaryFolder(), 'make.mts')
  const source = JSON.stringify(resolve('src/ports/places-taken.ts'))
  writeFileSync(
    script,
    `import { makeFolders } from ${source}
     for (let n = 0; n < ${rounds}; n++) makeFolders(process.argv[2] + '/' + n + '/a/b')`,
  )
  await Promise.all([makeAll(folder, script), makeAll(folder, script)])
  expect(readdirSync(folder)).toHaveLength(rounds)
  expect(statSync(join(folder, '0/a/b')).mode & 0o777).toBe(0o700)
})
