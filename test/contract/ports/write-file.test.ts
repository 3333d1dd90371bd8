// Not tested: a disk that is full, a power cut.
import * as fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
