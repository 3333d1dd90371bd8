import { expect, test } from 'vitest'
import { type ProcDetails, processOfStat } from '../../../src/ports/proc.js'
import { processesOf } from '../../../src/ports/ps.js'

const rest = '1 4321 4321 0 -1 4194368 1 2 3 4 5 6 7 8 20 0 1 0 162303 2433024 232 18446744073709551615 0 0'
const details: ProcDetails = { argv: () => ['x'], link: (name) => `/${name}` }
const boot = Date.UTC(2025, 11, 29)

test.each([
  ['claude', 'claude'],
  ['tmux: server', 'tmux: server'],
  [') R 1 (a b', ') R 1 (a b'],
  ['a\nb) S', 'a\nb) S'],
  ['', ''],
])('a process called %j is read from its line in /proc', (name, comm) => {
  const found = processOfStat(`4321 (${name}) S ${rest}\n`, boot, details)
  expect(found).toEqual({
    ...{ pid: 4321, parent: 1, comm, state: 'S', startTime: '162303', argv: ['x'] },
    ...{ group: 4321, foreground: -1, isCopy: true, executable: '/exe', input: '/fd/0' },
    startedAt: boot + 1_623_030,
  })
})

test.each(['', '4321', '4321 (a', '4321 (a) S 1'])('%j is no process', (stat) => {
  expect(processOfStat(stat, boot, details)).toBeUndefined()
})

test('the words of a process are read once, and only when they are wanted', () => {
  const reads: string[][] = []
  const argv = () => {
    reads.push(['sleep', '600'])
    return ['sleep', '600']
  }
  const found = processOfStat(`1 (a) S ${rest}`, boot, { ...details, argv })
  expect(reads).toHaveLength(0)
  expect([found?.argv, found?.argv, reads.length]).toEqual([['sleep', '600'], ['sleep', '600'], 1])
})

// The columns as macOS pads them: numbers to the right, the short name to 16.
const sample = `    1     0     1      0 Ss   Mon Dec 29 08:01:02 2025     launchd          /sbin/launchd
  812     1   812      0 S    Mon Dec 29 22:07:00 2025     tmux             tmux -u -S /private/tmp/tmux-501/default new-session -d
  813   812   813    813 Ss+  Fri Jan  2 03:04:05 2026     claude           claude --dangerously-skip-permissions
  814   813   813      - Z    Fri Jan  2 03:04:05 2026     sh               (sh)
  815   812   815     -1 T    Fri Jan  2 03:04:05 2026     Google Chrome He /Applications/Google Chrome.app/Chrome Helper --type=x
`

test('the answer of ps on macOS is read line by line', () => {
  expect(processesOf(sample).map(({ pid, parent, state, comm, argv }) => [pid, parent, state, comm, argv[0]])).toEqual([
    [1, 0, 'S', 'launchd', '/sbin/launchd'],
    [812, 1, 'S', 'tmux', 'tmux'],
    [813, 812, 'S', 'claude', 'claude'],
    [814, 813, 'Z', 'sh', '(sh)'],
    [815, 812, 'T', 'Google Chrome He', '/Applications/Google'],
  ])
  const claude = processesOf(sample)[2]
  expect(claude?.startTime).toBe('Fri Jan  2 03:04:05 2026')
  expect(claude?.startedAt).toBe(Date.UTC(2026, 0, 2, 3, 4, 5))
  expect(processesOf(sample).map(({ group, foreground }) => [group, foreground])).toEqual([
    [1, 0],
    [812, 0],
    [813, 813],
    [813, 0],
    [815, -1],
  ])
})

test('lines of ps that are no process are left out', () => {
  expect(processesOf('ps: illegal option\n\n  x y z\n')).toEqual([])
})
