/** The new state of a file, of a line of `git … --raw`: mode, blob and path, without how it was before. */
const newState = (line: string): string => {
  const [, mode = '', , blob = ''] = line.split(' ', 4)
  return `${mode} ${blob}${line.slice(line.indexOf('\t'))}`
}

/**
 * Whether one commit of a log leaves all files of a branch as the branch has them, as a squash merge does.
 * `changes`: raw lines of what the branch changed. `log`: hashes of commits, each followed by its raw lines.
 */
export function isSquashed(changes: readonly string[], log: readonly string[]): boolean {
  const wanted = changes.map(newState)
  const isWhole = (states: ReadonlySet<string>): boolean =>
    states.size > 0 && wanted.every((state) => states.has(state))
  let states = new Set<string>()
  for (const line of log) {
    if (line.startsWith(':')) states.add(newState(line))
    else if (isWhole(states)) return true
    else states = new Set()
  }
  return isWhole(states)
}
