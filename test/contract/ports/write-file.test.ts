// Not tested: a disk that is full, a power cut.
import { createHash } from 'node:crypto'
import builtin, * as fs from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { expect, test } from 'vitest'
import writeFileAtomic from 'write-file-atomic'
import { namesIn } from '../../../src/ports/files.js'
import { writeText, writeThrough } from '../../../src/ports/write-file.js'
import { temporaryFolder } from './around.js'

const modeOf = (path: string) => fs.statSync(path).mode & 0o7777

test('a file of ours is for us alone, whatever mode it had', () => {
  const folder = temporaryFolder()
  const ours = join(folder, 'ours')
  writeText(ours, 'one')
  expect(modeOf(ours)).toBe(0o600)
  fs.chmodSync(ours, 0o666)
  writeText(ours, 'two')
  expect([modeOf(ours), fs.readFileSync(ours, 'utf8')]).toEqual([0o600, 'two'])
  writeText(ours, 'public', 0o644)
  expect(modeOf(ours)).toBe(0o644)
  expect(namesIn(folder)).toEqual({ known: true, value: ['ours'] })
})

test('a file of ours takes the place of a link: what the link leads to is not touched', () => {
  const folder = temporaryFolder()
  const [theirs, link] = [join(folder, 'theirs'), join(folder, 'link')]
  fs.writeFileSync(theirs, 'precious')
  fs.symlinkSync(theirs, link)
  writeText(link, 'ours')
  expect(fs.lstatSync(link).isFile()).toBe(true)
  expect(fs.readFileSync(theirs, 'utf8')).toBe('precious')
})

test('a file that others keep too keeps its mode, its links and its place', () => {
  const folder = temporaryFolder()
  const [theirs, link] = [join(folder, 'theirs'), join(folder, 'link')]
  fs.writeFileSync(theirs, 'old')
  fs.chmodSync(theirs, 0o664)
  fs.symlinkSync(theirs, link)
  writeThrough(link, 'new')
  expect(fs.readlinkSync(link)).toBe(theirs)
  expect(fs.readFileSync(theirs, 'utf8')).toBe('new')
  expect(modeOf(theirs)).toBe(0o664)
  writeThrough(theirs, 'public', 0o644)
  expect(modeOf(theirs)).toBe(0o644)
  expect(namesIn(folder)).toEqual({ known: true, value: ['link', 'theirs'] })
})

test('a link to nothing is not replaced by such a file, and a failed write leaves nothing behind', () => {
  const folder = temporaryFolder()
  const link = join(folder, 'link')
  fs.symlinkSync(join(folder, 'nothing'), link)
  expect(() => writeThrough(link, 'text')).toThrow('ENOENT')
  expect(() => writeText(join(folder, 'missing', 'file'), 'text')).toThrow('ENOENT')
  fs.mkdirSync(join(folder, 'sub'))
  expect(() => writeText(join(folder, 'sub'), 'text')).toThrow()
  expect(namesIn(folder)).toEqual({ known: true, value: ['link', 'sub'] })
})

/** The name that the next temporary file will have, as write-file-atomic makes it: from a count of those before. */
function nextTemporary(path: string): string {
  const library = createRequire(import.meta.url).resolve('write-file-atomic')
  const named = (file: string, count: number): string => {
    const words = [library, process.pid, threadId, count]
    const hash = words.reduce((sum, word) => sum.update(String(word)), createHash('sha1'))
    return `${file}.${hash.digest().readUInt32BE(0)}`
  }
  const before: string[] = []
  writeFileAtomic.sync(`${path}-before`, '', { tmpfileCreated: (name) => void before.push(name) })
  let count = 1
  while (!before.includes(named(`${path}-before`, count))) count += 1
  return named(path, count + 1)
}

test('nothing is told to a file that somebody laid under the name of the temporary one', () => {
  const folder = fs.realpathSync(temporaryFolder())
  const [theirs, ours] = [join(folder, 'theirs'), join(folder, 'ours')]
  fs.writeFileSync(ours, 'old')
  fs.writeFileSync(theirs, '')
  fs.symlinkSync(theirs, nextTemporary(ours))
  expect(() => writeText(ours, 'secret')).toThrow('is a link')
  expect([fs.readFileSync(theirs, 'utf8'), fs.readFileSync(ours, 'utf8')]).toEqual(['', 'old'])
})

test('a file is on disk before it takes its place, and its folder after that', (ctx) => {
  if (!fs.existsSync('/proc/self/fd')) ctx.skip('needs Linux: only /proc tells which file a descriptor is')
  const folder = temporaryFolder()
  const calls: string[] = []
  const real = { fsyncSync: builtin.fsyncSync, renameSync: builtin.renameSync }
  const nameOf = (file: number) => fs.readlinkSync(`/proc/self/fd/${file}`).replace(/ours\.\d+$/, 'temporary')
  Object.assign(builtin, {
    fsyncSync: (file: number) => {
      calls.push(`fsync ${nameOf(file)}`)
      real.fsyncSync(file)
    },
    renameSync: (from: string, to: string) => {
      calls.push(`rename ${to}`)
      real.renameSync(from, to)
    },
  })
  syncBuiltinESMExports()
  try {
    writeText(join(folder, 'ours'), 'one')
    writeThrough(join(folder, 'ours'), 'two')
  } finally {
    Object.assign(builtin, real)
    syncBuiltinESMExports()
  }
  const once = [`fsync ${folder}/temporary`, `rename ${folder}/ours`, `fsync ${folder}`]
  expect(calls).toEqual([...once, ...once])
})
