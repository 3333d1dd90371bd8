import { fstatSync } from 'node:fs'

type Environment = Readonly<Record<string, string | undefined>>

/** File descriptor of stdout or stderr. */
type Stream = 1 | 2

/** Whether a stream goes to the systemd journal, where `<3>` before a line is its priority. */
export function isJournal(env: Environment, stream: Stream = 1): boolean {
  const journal = env['JOURNAL_STREAM']
  if (journal === undefined) return false
  try {
    const { dev, ino } = fstatSync(stream, { bigint: true })
    return journal === `${dev}:${ino}`
  } catch {
    return false
  }
}

/** The text as that stream takes it: for the journal, each line with the priority that `priorityOf` gives it, by its number. */
export function withPriorities(
  text: string,
  { env, stream, priorityOf }: { env: Environment; stream: Stream; priorityOf(line: number): number },
): string {
  if (text === '' || !isJournal(env, stream)) return text
  const lines = text.replace(/\n$/, '').split('\n')
  return lines.map((line, at) => `<${priorityOf(at)}>${line}\n`).join('')
}
