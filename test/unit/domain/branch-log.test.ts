import { describe, expect, it } from 'vitest'
import { hasOwnCommit, readBranchLog } from '../../../src/domain/branch-log.js'

/** Entries, newest first: a commit in one letter, and what git noted. */
const log = (...entries: readonly string[]) =>
  entries.map((entry) => ({ commit: entry.slice(0, 1), action: entry.slice(2) }))

describe('the reflog of a branch', () => {
  it.each([
    ['commit: work'],
    ['commit (amend): work'],
    ['commit (initial): work'],
    ['commit (merge): main'],
    ['cherry-pick: work'],
    ['revert: work'],
    ['am: work'],
    ['rebase (pick): work'],
    ['rebase -i (fixup): work'],
    ['rebase (continue): work'],
    ['pull --rebase (pick): work'],
    ["merge main: Merge made by the 'ort' strategy."],
  ])('tells of a commit that was made there: %s', (action) => {
    expect(hasOwnCommit(log(`b ${action}`, 'a branch: Created from origin/main'))).toBe(true)
  })

  it.each([
    ['branch: Created from origin/main'],
    ['rebase (start): checkout origin/main'],
    ['rebase (finish): refs/heads/x onto b'],
    ['pull: Fast-forward'],
    ['merge origin/main: Fast-forward'],
    ['reset: moving to origin/main'],
    ['checkout: moving from x to b'],
    ['clone: from /origin'],
    ['fetch'],
    [''],
  ])('tells of none: %s', (action) => {
    expect(hasOwnCommit(log(`b ${action}`, 'a branch: Created from main'))).toBe(false)
  })

  it('tells of none that was given up, or lies on another branch', () => {
    expect(hasOwnCommit(log('a reset: moving to origin/main', 'b commit: work'))).toBe(false)
    expect(hasOwnCommit(log('b checkout: moving from x to b', 'b commit: work'))).toBe(false)
    expect(hasOwnCommit(log('c branch: Reset to c', 'b commit: work'))).toBe(false)
  })

  it('tells of one behind a reset that moved nothing', () => {
    expect(hasOwnCommit(log('b reset: moving to HEAD', 'b commit: work'))).toBe(true)
  })

  it('is read line by line, and what is no entry is left out', () => {
    expect(readBranchLog('a\0commit: work\nnonsense\nb\0\n')).toEqual([
      { commit: 'a', action: 'commit: work' },
      { commit: 'b', action: '' },
    ])
  })
})
