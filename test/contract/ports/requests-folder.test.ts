import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openRequests, requestedAt } from '../../../src/ports/requests-folder.js'
import { temporaryFolder } from './around.js'

const now = Date.UTC(2026, 10, 22)

/** A town whose folder of requests is there. */
function town() {
  const root = temporaryFolder()
  const folder = join(root, 'daemon/requests')
  fs.mkdirSync(folder, { recursive: true })
  const beside = () => fs.readdirSync(dirname(folder)).filter((name) => name !== 'requests')
  return { root, folder, requests: openRequests(root), beside }
}

/** Runs what follows as a user who owns nothing, in folders that anybody may enter. */
function asAnotherUser(folder: string, skip: (why: string) => never): void {
  if (process.geteuid?.() !== 0 || !process.seteuid) skip('needs root, who may act as another user')
  for (let path = folder; path !== tmpdir() && path !== '/'; path = dirname(path)) fs.chmodSync(path, 0o711)
  fs.chownSync(join(folder, '..'), 65_534, 65_534)
  fs.chownSync(folder, 65_534, 65_534)
  process.seteuid?.(65_534)
  onTestFinished(() => process.seteuid?.(0))
}

const makers: readonly (readonly [string, (folder: string) => void])[] = [
  ['a file', (folder) => fs.writeFileSync(join(folder, 'now'), 'never read')],
  ['a hidden file', (folder) => fs.writeFileSync(join(folder, '.now'), '')],
  ['a file with the longest name', (folder) => fs.writeFileSync(join(folder, 'x'.repeat(255)), '')],
  ['a link to nothing', (folder) => fs.symlinkSync('/nowhere', join(folder, 'link'))],
  ['a link to the folder', (folder) => fs.symlinkSync('.', join(folder, 'link'))],
  ['a FIFO', (folder) => void execFileSync('mkfifo', [join(folder, 'pipe')])],
  [
    'a socket',
    (folder) =>
      void execFileSync(process.execPath, ['-e', `require('net').createServer().listen('s',()=>process.exit())`], {
        cwd: folder,
      }),
  ],
  [
    'a file whose name is no text',
    (folder) => fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), ''),
  ],
]

describe('what was dropped into the folder of requests', () => {
  test.each(makers)('%s is taken out unread', (_, make) => {
    const { folder, requests, beside } = town()
    make(folder)
    expect(requests.take(now)).toEqual([])
    expect([fs.readdirSync(folder), beside(), requests.hasNew(), requests.complaint()]).toEqual([
      [],
      [],
      false,
      undefined,
    ])
  })

  test.each([
    ['a folder', Buffer.from('x')],
    ['one with a name of 240 bytes', Buffer.from('x'.repeat(240))],
    ['one whose name is no text', Buffer.from([0xff, 0xfe])],
  ])('%s is moved beside with all that is in it', (_, name) => {
    const { folder, requests, beside } = town()
    fs.mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), name]))
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name, Buffer.from('/kept')]), 'kept')
    const path = join(dirname(folder), `requests.set-aside-${now}`)
    expect(requests.take(now)).toEqual([expect.stringContaining(`was moved to ${path}`)])
    expect([fs.readdirSync(folder), beside(), requests.complaint()]).toEqual([
      [],
      [`requests.set-aside-${now}`],
      undefined,
    ])
    expect(fs.readFileSync(join(path, 'kept'), 'utf8')).toBe('kept')
  })

  test('a folder of somebody else is moved beside with the whole folder of requests, of which there is a new one', (ctx) => {
    const { folder, requests, beside } = town()
    for (const name of ['by-root', 'another']) fs.mkdirSync(join(folder, name))
    fs.chmodSync(folder, 0o733)
    asAnotherUser(folder, ctx.skip)
    fs.chmodSync(folder, 0o733)
    fs.writeFileSync(join(folder, 'now'), '')
    expect(requests.take(now)).toEqual([
      expect.stringMatching(/requests was moved to \S+requests\.set-aside-\d+ \(EACCES/),
    ])
    expect(fs.readdirSync(join(dirname(folder), beside()[0] ?? ''))).toEqual(['another', 'by-root'])
    expect([fs.readdirSync(folder), fs.statSync(folder).mode & 0o777]).toEqual([[], 0o733])
    expect([requests.hasNew(), requests.complaint(), requestedAt(dirname(dirname(folder)))]).toEqual([
      false,
      undefined,
      undefined,
    ])
  })

  test('a folder of requests that may not be listed is replaced', (ctx) => {
    const { folder, requests } = town()
    asAnotherUser(folder, ctx.skip)
    fs.chmodSync(folder, 0)
    expect(requests.take(now)).toEqual([expect.stringMatching(/was moved to .*EACCES/)])
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('what stays whatever is tried is complained of, and is nothing new until something changes there', (ctx) => {
    const { root, folder, requests } = town()
    fs.mkdirSync(join(folder, 'by-root'))
    asAnotherUser(folder, ctx.skip)
    process.seteuid?.(0)
    fs.chownSync(dirname(folder), 0, 0)
    process.seteuid?.(65_534)
    for (const _ of [1, 2]) {
      expect(requests.take(now)).toEqual([])
      expect(requests.complaint()).toMatch(/requests cannot be emptied, remove what lies there: EACCES.*by-root/)
      expect(requests.hasNew()).toBe(false)
    }
    const before = fs.statSync(folder).mtimeMs
    requests.callAgain()
    expect(fs.statSync(folder).mtimeMs).toBe(before)
    fs.writeFileSync(join(folder, 'now'), '')
    expect(requests.hasNew()).toBe(true)
    expect(requestedAt(root)).toBe(Math.round(fs.statSync(folder).mtimeMs))
    requests.take(now)
    expect([fs.readdirSync(folder), requests.hasNew()]).toEqual([['by-root'], false])
  })

  test('and what comes after it was taken out is new', () => {
    const { root, folder, requests } = town()
    fs.writeFileSync(join(folder, 'one'), '')
    requests.take(now)
    expect([requests.hasNew(), requestedAt(root)]).toEqual([false, undefined])
    fs.writeFileSync(join(folder, 'two'), '')
    fs.utimesSync(folder, 1, 1)
    expect([requests.hasNew(), requestedAt(root)]).toEqual([true, 1000])
    requests.callAgain()
    expect(Date.now() - (requestedAt(root) ?? 0)).toBeLessThan(60_000)
  })
})

describe('in place of the folder of requests', () => {
  test('nothing is fine', () => {
    const { root, folder, requests } = town()
    fs.rmdirSync(folder)
    expect([requests.take(now), requests.hasNew(), requests.complaint(), requestedAt(root)]).toEqual([
      [],
      false,
      undefined,
      undefined,
    ])
    requests.callAgain()
    expect(fs.existsSync(folder)).toBe(false)
  })

  test.each<[string, (folder: string) => void]>([
    ['a file', (folder) => fs.writeFileSync(folder, '')],
    ['a FIFO', (folder) => void execFileSync('mkfifo', [folder])],
    ['a link', (folder) => fs.symlinkSync(tmpdir(), folder)],
  ])('%s is left there and complained of', (_, make) => {
    const { folder, requests, beside } = town()
    fs.rmdirSync(folder)
    make(folder)
    const { ino } = fs.lstatSync(folder)
    expect([requests.take(now), requests.hasNew(), beside()]).toEqual([[], false, []])
    expect(requests.complaint()).toBe(`${folder} is not a folder, remove it: nobody can drop requests there`)
    expect(fs.lstatSync(folder).ino).toBe(ino)
  })
})
