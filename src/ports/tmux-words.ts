/** An argument as tmux takes it for itself: a `;` at its end would begin the next command. */
export const literal = (argument: string): string => (argument.endsWith(';') ? `${argument.slice(0, -1)}\\;` : argument)

/** Text where tmux expands formats (a start folder): `#{…}` and `#(…)`, which would be run, stay text. */
export const unexpanded = (text: string): string => text.replaceAll('#', '##')

/** Text where tmux also expands the date and the time: `%H` stays text. */
export const untimed = (text: string): string => text.replaceAll('%', '%%')

/** Several commands as the words of one tmux call. */
export const sequenceWords = (commands: readonly (readonly string[])[]): readonly string[] =>
  commands.flatMap((command, index) => [...(index > 0 ? [';'] : []), ...command.map(literal)])

/** The target for exactly the session of that name: the `=` forbids patterns, the `:` makes every command take it. What tmux would take
 *  for another session all the same is nobody: an empty name (any session), `$3` (an id), `a:b` and `a.b` (session `a`). */
export const target = (name: string): string => (/^$|^\$|[:.]/.test(name) ? '=.:' : `=${name}:`)

/** A program and its words as the pane's own process. A single word would be given to a shell as text. */
export const paneWords = (argv: readonly string[]): readonly string[] => (argv.length === 1 ? ['env', ...argv] : argv)

/** A word of a command that tmux reads itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
