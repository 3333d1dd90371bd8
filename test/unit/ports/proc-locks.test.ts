import { expect, test } from 'vitest'
import { lockOn } from '../../../src/ports/proc-locks.js'

const table = `1: FLOCK  ADVISORY  WRITE 22993 fe:00:9979567 0 EOF
2: OFDLCK ADVISORY  WRITE -1 fe:00:100 0 EOF
3: POSIX  ADVISORY  READ 12 08:01:200 0 EOF
4: FLOCK  ADVISORY  READ 12 00:2f:300 0 EOF
4: -> FLOCK  ADVISORY  WRITE 13 00:2f:400 0 EOF
`

test.each([
  ['held, by inode and device', 9979567n, 0xfe00n, 'held'],
  ['held, by a reader', 300n, 0x2fn, 'held'],
  ['perhaps held: the same number on another device', 9979567n, 0x801n, 'perhaps'],
  ['free: another kind of lock', 100n, 0xfe00n, 'free'],
  ['free: somebody only waits', 400n, 0x2fn, 'free'],
  ['free: a longer number', 997956n, 0xfe00n, 'free'],
])('a flock is %s', (_, ino, dev, expected) => {
  expect(lockOn({ ino, dev }, table)).toBe(expected)
})
