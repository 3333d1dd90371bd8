const assignment = /^(?:export )?([A-Za-z_][A-Za-z0-9_]*)=([^\n]*)$/gm
const piece = /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^'"\\]+)/g

/** `NAME=value` and `export NAME=value` line by line, quotes taken off as systemd and a shell do. */
export function assignmentsIn(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(assignment)].map(
    ([, name = '', value = '']) => [name, unquoted(value.trim())] as const,
  )
  return Object.fromEntries(found)
}

const unquoted = (value: string): string =>
  value.replace(
    piece,
    (_, single, double, escaped, bare) => single ?? double?.replace(/\\([\s\S])/g, '$1') ?? escaped ?? bare,
  )
