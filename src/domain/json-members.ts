/** The text of a JSON object without its members of these names: every other byte stays, order, spacing and numbers too.
 *  The text must have been parsed already; undefined when it holds no object. */
export function withoutMembers(text: string, names: readonly string[]): string | undefined {
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  if (start < 0 || text.slice(0, start).trim() !== '') return undefined
  const members = membersOf(text.slice(start + 1, end))
  const kept = members.filter((member) => !names.includes(nameOf(member)))
  if (kept.length === members.length) return text
  const last = members.at(-1) ?? ''
  const ending = kept.length === 0 ? '' : last.slice(last.trimEnd().length)
  return `${text.slice(0, start + 1)}${kept.join(',').trimEnd()}${ending}${text.slice(end)}`
}

/** The pieces between the commas of an object's own level. */
function membersOf(inside: string): readonly string[] {
  const members: string[] = []
  let depth = 0
  let from = 0
  for (const { 0: token, index } of inside.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/gs)) {
    if (token === '{' || token === '[') depth += 1
    if (token === '}' || token === ']') depth -= 1
    if (token !== ',' || depth > 0) continue
    members.push(inside.slice(from, index))
    from = index + 1
  }
  return [...members, inside.slice(from)]
}

function nameOf(member: string): string {
  const quoted = /^\s*("(?:[^"\\]|\\.)*")/s.exec(member)?.[1]
  return quoted === undefined ? '' : String(JSON.parse(quoted))
}
