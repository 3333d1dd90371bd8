import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { activityFilesOf } from '../../../src/dialects/activity-files.js'
import { notDue } from '../../../src/gate/not-due.js'
import { isHeld, lockedBy, type TakenLock, takeLock } from '../../../src/gate/own-lock.js'

import { readHolder } from '../../../src/ports/lock-holder.js'
import { type BareTown, bareTown } from './a-town.js'

let bare: BareTown
const locks: TakenLock[] = []
beforeEach(() => {
  bare = bareTown()
})
afterEach(() => {
  for (const lock of locks.splice(0)) lock.release()
  bare.end()
})

async function taken(): Promise<TakenLock> {
  const lock = await takeLock(bare.root, 0)
  if (!isHeld(lock)) throw new Error(lock.because)
  locks.push(lock)
  return lock
}

describe("a town's lock", () => {
  it('is held by one check, and the other hears by whom', async () => {
    await taken()
    const busy = await takeLock(bare.root, 0)
    expect(busy).toMatchObject({ open: false, reason: 'busy', mayLook: false, exitCode: 75 })
    expect(busy).toMatchObject({ because: expect.stringContaining(`pid ${process.pid}, since `) })
    expect(await lockedBy(bare.root)).toEqual(busy)
  })

  it('is held all the same where nobody can read by whom', async () => {
    await taken()
    writeFileSync(join(bare.root, 'daemon/heartbeat/lock'), '')
    expect(await takeLock(bare.root, 0)).toMatchObject({
      reason: 'busy',
      because: 'another check is at work in this town: nothing was done',
    })
  })

  it('is waited for as long as was said, and had when it is given back', async () => {
    const lock = await taken()
    const begun = Date.now()
    expect(isHeld(await takeLock(bare.root, 500))).toBe(false)
    expect(Date.now() - begun).toBeGreaterThanOrEqual(500)
    const waiting = takeLock(bare.root, 20_000)
    lock.release()
    const second = await waiting
    expect(isHeld(second)).toBe(true)
    if (isHeld(second)) locks.push(second)
  })

  it('stays the same file, with a line in it for people', async () => {
    const path = join(bare.root, 'daemon/heartbeat/lock')
    const first = await taken()
    const { ino } = statSync(path)
    const holder = readHolder(path)
    first.release()
    const second = await taken()
    expect([first.before, second.before]).toEqual([undefined, holder])
    expect(statSync(path).ino).toBe(ino)
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} 20\\d\\d-.*Z\n$`))
  })

  it('is free after a kill -9', async () => {
    const path = join(bare.root, 'daemon/heartbeat/lock')
    await (await taken()).release()
    const script = `const l = require('fs-native-extensions'); const f = require('fs').openSync(process.argv[1], 'a+')
      if (!l.tryLock(f)) process.exit(1); process.kill(process.pid, 'SIGKILL')`
    expect(spawnSync(process.execPath, ['-e', script, path]).signal).toBe('SIGKILL')
    expect(isHeld(await taken())).toBe(true)
  })

  it('is only looked at by a dry run, which makes nothing', async () => {
    expect(await lockedBy(bare.root)).toBeUndefined()
    expect(existsSync(join(bare.root, 'daemon'))).toBe(false)
    expect(readdirSync(bare.root)).toEqual(['mayor'])
  })
})

describe('a heartbeat', () => {
  const now = Date.now()
  const seconds = Math.floor(now / 1000)
  const appoint = (last: number, earliest: number, next: number): string =>
    bare.write('daemon/heartbeat/next', `${seconds + last} ${seconds + earliest} ${seconds + next}\n`)

  const activity = (): readonly string[] => activityFilesOf(bare.root, {})

  it('is due when nobody wrote down when', () => {
    expect(notDue(bare.root, activity(), now)).toBeUndefined()
    bare.write('daemon/heartbeat/next', 'soon\n')
    expect(notDue(bare.root, activity(), now)).toBeUndefined()
  })

  it('is not due before its time, and due at it', () => {
    appoint(-100, 200, 3500)
    expect(notDue(bare.root, activity(), now)).toEqual({
      open: false,
      reason: 'not-due',
      mayLook: false,
      because: 'no heartbeat is due yet',
      exitCode: 0,
    })
    appoint(-3600, -3300, 0)
    expect(notDue(bare.root, activity(), now)).toBeUndefined()
  })

  it('is due before its time when the town was active since, and the shortest interval is over', async () => {
    appoint(-400, -100, 3500)
    await new Promise((resolve) => setTimeout(resolve, 20))
    bare.write('daemon/activity.json', '{}')
    expect(notDue(bare.root, activity(), now)).toBeUndefined()
    appoint(-100, 200, 3500)
    expect(notDue(bare.root, activity(), now)).toMatchObject({ reason: 'not-due' })
  })
})
