/** One way in which a program on PATH misbehaves. */
export interface Misbehaviour {
  readonly says: string
  /** Shell lines for `spoil`. What they leave running has `IDLE` on its command line, or `DAEMON` where it has left its group. */
  readonly lines: string
  /** `pretends`: nothing, and ends well. `unsaid`: its work, and nobody can know. */
  readonly does: 'nothing' | 'pretends' | 'work' | 'unsaid'
}

/** So many seconds: a `sleep` that no other program of a stage runs. */
export const IDLE = '86399'
/** The same of who has left for a session of its own. */
export const DAEMON = '86398'

const nothing: readonly (readonly [string, string])[] = [
  ['hangs', `exec sleep ${IDLE}\n`],
  ['hangs and ignores every signal it may', `trap "" TERM HUP INT QUIT\nsleep ${IDLE}\nsleep ${IDLE}\n`],
  ['prints 200 MB', 'exec head -c 200000000 /dev/zero\n'],
  ['prints without end on stderr', 'exec yes "Error: disk is full" >&2\n'],
  ['prints half a document and stops', `printf '[{"id":"gt-1","ti'\nsleep ${IDLE}\n`],
  ['closes its output and lives on', `exec >&- 2>&-\nsleep ${IDLE}\n`],
  ['is killed', 'kill -KILL $$\n'],
  ['stops itself', 'kill -STOP $$\n'],
  ['forks for ever below a session of its own', `setsid -w sh -c 'sleep ${DAEMON} & wait'\n`],
]

const pretends: readonly (readonly [string, string])[] = [
  ['prints half a line and ends well', `printf '[{"id":"gt-1","ti'\nexit 0\n`],
  ['ends well with an error on its output', 'echo "Error: database is locked"\nexit 0\n'],
  ['prints bytes that are no text', `printf '\\377\\376\\000[{"id":"\\303("}]\\000'\nexit 0\n`],
]

const theWork: readonly (readonly [string, string])[] = [
  ['leaves somebody in its group who holds its output', `sleep ${IDLE} &\n`],
  ['leaves an orphan in its group', `(trap "" TERM HUP\nsleep ${IDLE} >/dev/null 2>&1 &)\n`],
  ['leaves a daemon that holds its output', `setsid sleep ${DAEMON} &\n`],
  ['reads its input', 'cat\n'],
  ['floods stderr first', 'head -c 20000000 /dev/zero >&2\n'],
]

const unsaid: readonly (readonly [string, string])[] = [
  ['does its work and then hangs', `work "$@"\nsleep ${IDLE}\n`],
  ['does its work and then fails', 'work "$@"\nexit 1\n'],
  ['does its work and then prints without end', 'work "$@"\nexec yes\n'],
  ['does its work and is then killed', 'work "$@"\nkill -KILL $$\n'],
]

const those = (list: readonly (readonly [string, string])[], does: Misbehaviour['does']): readonly Misbehaviour[] =>
  list.map(([says, lines]) => ({ says, lines, does }))

/** Every way to misbehave. */
export const misbehaviours: readonly Misbehaviour[] = [
  ...those(nothing, 'nothing'),
  ...those(pretends, 'pretends'),
  ...those(theWork, 'work'),
  ...those(unsaid, 'unsaid'),
]
