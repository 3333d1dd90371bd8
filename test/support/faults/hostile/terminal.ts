/** What would steer a terminal, break a line or turn text around, in what is printed or logged: each with what stands around it. */
export function steering(text: string): readonly string[] {
  const found = text.matchAll(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/gu)
  return [...found].map(({ index }) => JSON.stringify(text.slice(Math.max(0, index - 30), index + 30)))
}

/** Lines of a stack trace. */
export const traceIn = (text: string): readonly string[] =>
  text.split('\n').filter((line) => /^\s+at .*(:\d+:\d+\)?|<anonymous>\)|native\))$/.test(line))
