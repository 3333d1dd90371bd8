/** An entry of a git reflog: the commit that a branch, or HEAD, was moved to, and by what. */
export interface LogEntry {
  readonly commit: string
  readonly action: string
}

/** Fields of an entry are split by a NUL, which no subject of a commit holds. */
export function readBranchLog(stdout: string): readonly LogEntry[] {
  const lines = stdout.split('\n').map((line) => [line.indexOf('\0'), line] as const)
  return lines
    .filter(([end]) => end > 0)
    .map(([end, line]) => ({ commit: line.slice(0, end), action: line.slice(end + 1) }))
}

/** What git notes when it makes a commit in the work tree, in any of its ways. */
const makesCommit =
  /^(commit|cherry-pick|revert|am)\b|^(rebase|pull)[^:]*\((?!start|finish|abort)[a-z]+\)|Merge made by/

/** What git notes when it leaves the branch for another place, so that older entries tell nothing of what is there now. */
const leavesHistory = /^(reset: moving to|branch: (Created|Reset)|checkout: moving|clone:)/

/** Whether a commit on a branch was made on it, as its reflog (newest entry first) tells; else it only follows another branch. */
export function hasOwnCommit(log: readonly LogEntry[]): boolean {
  for (const [index, { commit, action }] of log.entries()) {
    if (makesCommit.test(action)) return true
    // `git reset` without a place to go is noted as well, and moves nothing.
    const stays = action.startsWith('reset:') && log[index + 1]?.commit === commit
    if (leavesHistory.test(action) && !stays) return false
  }
  return false
}
