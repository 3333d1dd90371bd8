/** A bead's description with its agent marked dead: the last `agent_state:` line changed (the one that counts), a dated
 *  note added, every other byte kept. Undefined when no line tells a state. `at`: epoch milliseconds. */
export function markedDead(
  description: string,
  mark: { readonly at: number; readonly was: string },
): string | undefined {
  const lines = description.split('\n')
  const index = lines.findLastIndex((line) => stateLine.test(line))
  const line = lines[index]
  if (line === undefined) return undefined
  const changed = lines.with(
    index,
    line.replace(stateLine, (_, head: string, end: string) => `${head} dead${end}`),
  )
  const text = changed.join('\n')
  const note = `Marked dead by gt-heartbeat at ${localTime(mark.at)} (was ${mark.was}, its session is gone and its last update is old)`
  return `${text}${text.endsWith('\n') ? '' : '\n'}\n${note}`
}

const stateLine = /^(\s*agent_state\s*:).*?(\s*)$/i

/** RFC 3339 with seconds and the local offset, as the original dates its note. */
export function localTime(at: number): string {
  const date = new Date(at)
  const offset = -date.getTimezoneOffset()
  const local = new Date(at + offset * 60_000).toISOString().slice(0, 19)
  if (offset === 0) return `${local}Z`
  const minutes = Math.abs(offset)
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

const two = (number: number): string => String(number).padStart(2, '0')
