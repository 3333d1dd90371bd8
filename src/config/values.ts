import * as z from 'zod/mini'
import { formatDuration, parseDuration } from '../domain/duration.js'
import { splitWords, type Words } from '../words.js'

const CONTROL = /\p{Cc}/u
const KB = 1000
const SIZES: Readonly<Record<string, number>> = { KB, MB: KB * KB, GB: KB * KB * KB }

const twoLines = 'has a line break or another control character in it'
/** A check for a text that must be one line. */
export const inOneLine = () => z.refine<string>((text) => !CONTROL.test(text), twoLines)
/** Such a text. Made when it is asked for, as all others here: see `whole` in schema.ts. */
export const oneLine = z.lazy(() => z.string().check(inOneLine()))

/** A time of at least `least` milliseconds; out come milliseconds. */
function duration(least: number) {
  const words = /^(?=.)(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?$/
  return z
    .pipe(
      z
        .string('write a time such as "90s", "5m" or "1h30m"')
        .check(z.regex(words, 'is no time such as 90s, 5m or 1h30m')),
      z.transform((text) => parseDuration(text) ?? 0),
    )
    .check(z.refine((time) => time >= least, `is less than ${formatDuration(least)}`))
}

/** A whole number from `least` to `most`. */
export const between = (least: number, most: number, otherwise: number) =>
  z.prefault(z.int().check(z.minimum(least), z.maximum(most)), otherwise)

/** A time of at least a second; out come milliseconds. */
export const second = z.lazy(() => duration(1000))
/** The same of at least a minute. */
export const minute = z.lazy(() => duration(60_000))

/** A size; out come bytes. */
export const size = z.lazy(() =>
  z
    .pipe(
      z.string('write a size such as "10MB"').check(z.regex(/^\d{1,6}(KB|MB|GB)$/, 'is no size such as 500KB or 10MB')),
      z.transform((text) => Number.parseInt(text, 10) * (SIZES[text.slice(-2)] ?? 1)),
    )
    .check(z.refine((bytes) => bytes > 0, 'is nothing')),
)

/** A shell-like line that names a program. */
export const commandLine = z.lazy(() =>
  z.string().check(
    z.superRefine((line, ctx) => {
      const message = CONTROL.test(line) ? twoLines : complaintOf(splitWords(line))
      if (message !== undefined) ctx.addIssue({ code: 'custom', message })
    }),
  ),
)

/** The same for the start of an agent; out come its words. */
export const launchLine = z.lazy(() =>
  z.prefault(
    z.pipe(
      commandLine,
      z.transform((line): readonly string[] => wordsOf(splitWords(line))),
    ),
    'claude --dangerously-skip-permissions',
  ),
)

const wordsOf = (split: Words): readonly string[] => ('words' in split ? split.words : [])

function complaintOf(split: Words): string | undefined {
  if ('complaint' in split) return `has ${split.complaint}`
  const [program] = split.words
  if (program === undefined || program === '') return 'is empty: it must name a program'
  if (program.startsWith('-')) return 'begins with an option: it must begin with a program'
  if (program.includes('=')) return `begins with an assignment: write env ${program} …`
  return undefined
}

/** Whether a path begins at the root. */
export const isAbsolute = (path: string): boolean => path.startsWith('/')
/** Such a path. */
export const absolutePath = z.lazy(() => oneLine.check(z.refine(isAbsolute, 'must be an absolute path')))
