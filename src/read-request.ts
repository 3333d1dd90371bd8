import { UsageError } from './errors.js'
import { type Flags, flagsFor, type Parse, type Request } from './request.js'
import { splitWords } from './words.js'

/** What the words of a command line ask for, with those of $GT_HEARTBEAT_OPTS before them. Throws UsageError. */
export function readRequest(words: readonly string[], line: string, parse: Parse): Request {
  const parsed = parse(words)
  // Help is there for whoever has to mend that line.
  if (parsed.verb === 'say') return parsed
  const before = parsed.verb === 'report-failure' ? readIfRight(line, parse) : readLine(line, parse)
  if (parsed.verb === 'options') return checkRequest(before, parsed.flags)
  const known = flagsFor[parsed.verb]
  const usable = Object.fromEntries(Object.entries(before).filter(([name]) => known.some((flag) => flag === name)))
  return { ...parsed, flags: over(usable, parsed.flags) }
}

/** A line that made a check fail must not keep that from being reported. */
function readIfRight(line: string, parse: Parse): Flags {
  try {
    return readLine(line, parse)
  } catch {
    return {}
  }
}

function readLine(line: string, parse: Parse): Flags {
  if (line.trim() === '') return {}
  const from = '$GT_HEARTBEAT_OPTS'
  const split = splitWords(line)
  if ('complaint' in split) throw new UsageError(`${from} has ${split.complaint}`)
  try {
    const parsed = parse(split.words)
    if (parsed.verb === 'options') return parsed.flags
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${from}: ${error.message}`, { cause: error }) : error
  }
  throw new UsageError(`${from}: only options of a check can stand there`)
}

function checkRequest(before: Flags, written: Flags): Request {
  const isLifecycle = written.lifecycle ?? (written.once ? false : before.lifecycle)
  const { once, lifecycle: _mode, ifDue, ...flags } = over(before, written)
  if (!isLifecycle && !once) {
    throw new UsageError('say --once for a heartbeat, --lifecycle for the requests alone, or a command such as status')
  }
  if (isLifecycle) return { verb: 'check', mode: 'lifecycle', flags }
  return { verb: 'check', mode: 'heartbeat', flags: ifDue ? { ...flags, ifDue } : flags }
}

/** The later flags win; one of -q and -v takes the place of the other. */
function over(before: Flags, { quiet, verbose, ...written }: Flags): Flags {
  const { quiet: wasQuiet, verbose: wasVerbose, ...others } = before
  const volume = quiet || verbose ? { quiet, verbose } : { quiet: wasQuiet, verbose: wasVerbose }
  return {
    ...others,
    ...written,
    ...(volume.quiet ? { quiet: true } : {}),
    ...(volume.verbose ? { verbose: true } : {}),
  }
}
