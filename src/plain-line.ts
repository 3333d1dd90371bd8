import type { Flags, Request } from './request.js'

const switches = new Map<string, Flags>(
  Object.entries({
    '--once': { once: true },
    '--lifecycle': { lifecycle: true },
    '--if-due': { ifDue: true },
    '--dry-run': { dryRun: true },
    '--json': { json: true },
    '--trust-beads': { trustBeads: true },
    '--quiet': { quiet: true },
    '-q': { quiet: true },
    '--verbose': { verbose: true },
    '-v': { verbose: true },
  }),
)

/** What a plain command line of a check asks for, such as schedulers have: the words above, and `--town DIR`. Undefined: what reads every
 *  command line decides, and says the same of a plain one. */
export function plainRequest(words: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const flags = (env['GT_HEARTBEAT_OPTS'] ?? '').trim() === '' ? flagsIn(words) : undefined
  return flags && requestBy(flags)
}

function flagsIn(words: readonly string[]): Flags | undefined {
  const at = words.indexOf('--town')
  const town = words[at + 1] ?? ''
  if (at >= 0 && (town === '' || town.startsWith('-'))) return undefined
  const found = (at < 0 ? words : words.toSpliced(at, 2)).map((word) => switches.get(word))
  if (!found.every((flag) => flag !== undefined)) return undefined
  return Object.assign({}, ...found, at < 0 ? {} : { town })
}

function requestBy({ once, lifecycle, ifDue, ...flags }: Flags): Request | undefined {
  if (Boolean(once) === Boolean(lifecycle) || (lifecycle && ifDue) || (flags.quiet && flags.verbose)) return undefined
  if (lifecycle) return { verb: 'check', mode: 'lifecycle', flags }
  return { verb: 'check', mode: 'heartbeat', flags: ifDue ? { ...flags, ifDue } : flags }
}
