import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { closest } from './config/closest.js'
import { parseDuration } from './domain/duration.js'
import { plain } from './domain/plain.js'
import { UsageError } from './errors.js'
import {
  doctorHelp,
  downHelp,
  historyHelp,
  installHelp,
  mainHelp,
  rearmHelp,
  reportFailureHelp,
  statusHelp,
  uninstallHelp,
  upHelp,
  version,
} from './help.js'
import { readRequest } from './read-request.js'
import { type Flags, flagsFor, type Parsed, type Request, type Surroundings } from './request.js'

/** What a command line and $GT_HEARTBEAT_OPTS ask for. Throws UsageError: one line, and what was meant. */
export function readCommandLine(words: readonly string[], { env }: Pick<Surroundings, 'env'>): Request {
  if (words.length === 0) return { verb: 'say', text: helpText(), exitCode: 64 }
  return readRequest(words, env['GT_HEARTBEAT_OPTS'] ?? '', parse)
}

function parse(words: readonly string[]): Parsed {
  const said: string[] = []
  const found: Parsed[] = []
  const program = programOf({ said, found })
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { verb: 'say', text: said.join(''), exitCode: 0 }
    throw new UsageError(plain(error.message.replace(/^error: /, '').replaceAll('\n', ' ')), { cause: error })
  }
  return found[0] ?? { verb: 'options', flags: program.opts<Flags>() }
}

function helpText(): string {
  const said: string[] = []
  programOf({ said, found: [] }).outputHelp()
  return said.join('')
}

interface Parsing {
  /** What commander prints. */
  readonly said: string[]
  /** The verb that was found. */
  readonly found: Parsed[]
}

function programOf({ said, found }: Parsing): Command {
  const program = new Command('gt-heartbeat')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void said.push(text), writeErr: () => undefined })
    .configureHelp({ helpWidth: 100, showGlobalOptions: false })
    .usage('--once | --lifecycle | COMMAND [options]')
    .description('Looks at a Gas Town once, repairs what died, says when to look again, and exits.')
    .argument('[command...]')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print this, or the help of a command')
    .action(([word]: readonly string[]) => refuse(word))
    .addHelpText('after', mainHelp)
  for (const option of options()) program.addOption(option)
  addVerbs(program, (parsed) => {
    refuseForeign(program, parsed)
    found.push(parsed)
  })
  return program
}

const options = (): readonly Option[] => [
  new Option('--once', 'one heartbeat: every recovery step, then the next interval is written').conflicts('lifecycle'),
  new Option('--lifecycle', 'only the lifecycle requests').conflicts('ifDue'),
  new Option(
    '--town <dir>',
    'town root (else $GT_TOWN_ROOT, else the town around the working directory, else ~/gt)',
  ).argParser(notEmpty),
  new Option('--if-due', 'with --once: leave at once unless a heartbeat is due'),
  new Option('--dry-run', 'look and decide, say what would be done, change nothing'),
  new Option('--json', 'one JSON document on stdout, nothing else there'),
  new Option('--wait <time>', 'wait so long for another check to end (0s; with --lifecycle 60s)').argParser(time),
  new Option('--config <file>', 'configuration (else <town>/daemon/heartbeat.config.json)').argParser(notEmpty),
  new Option(
    '--dialect <name>',
    'classic or current (else found out from the files of the town and the versions of gt and bd)',
  ).argParser(notEmpty),
  new Option('--trust-beads', 'in a classic town, believe a bead that says running or working, with no session too'),
  new Option('-q, --quiet', 'only problems').conflicts('verbose'),
  new Option('-v, --verbose', 'every observation'),
  new Option('--scheduler <name>', 'for install and uninstall: who starts checks (else the one that is there)').choices(
    ['systemd', 'launchd', 'cron'],
  ),
]

function addVerbs(program: Command, found: (parsed: Parsed) => void): void {
  const flags = (): Flags => program.opts<Flags>()
  program
    .command('status')
    .description('last check, next check, backoff, agents, what is held back and why')
    .addHelpText('after', statusHelp)
    .action(() => found({ verb: 'status', flags: flags() }))
  program
    .command('history')
    .description('past checks and what they did')
    .addOption(new Option('-n, --last <count>', 'so many checks').argParser(count).default(20))
    .addHelpText('after', historyHelp)
    .action(({ last }: { readonly last: number }) => found({ verb: 'history', checks: last, flags: flags() }))
  for (const [verb, description, text] of schedules) {
    program
      .command(verb)
      .description(description)
      .addHelpText('after', text)
      .action(() => found({ verb, flags: flags() }))
  }
  program
    .command('report-failure')
    .description('what the failure unit runs: speaks once per lasting condition')
    .argument('[exit code]', 'what the check exited with', exitCode)
    .addHelpText('after', reportFailureHelp)
    .action((failed: number | undefined) => found({ verb: 'report-failure', failed, flags: flags() }))
  for (const [verb, description, text] of standDowns) {
    program
      .command(verb)
      .description(description)
      .argument('[whom]', 'town, a rig or an agent', 'town')
      .addHelpText('after', text)
      .action((whom: string) => found({ verb, whom, flags: flags() }))
  }
}

const schedules = [
  ['install', 'put the schedule in place: systemd, launchd or cron', installHelp],
  ['uninstall', 'take it away again', uninstallHelp],
  ['rearm', 'have the written next time armed', rearmHelp],
  ['doctor', 'what would keep checks from working here, each with what mends it', doctorHelp],
] as const

const standDowns = [
  ['down', 'keep the town, a rig or an agent down across checks', downHelp],
  ['up', 'let it be healed again', upHelp],
] as const

function refuse(word: string | undefined): void {
  if (word === undefined) return
  const meant = closest(word, [...Object.keys(flagsFor), 'help'])
  throw new UsageError(
    `unknown command '${plain(word)}'${meant === undefined ? '; try --help' : ` (Did you mean ${meant}?)`}`,
  )
}

/** An option of a check given to another verb is a mistake, not a wish. */
function refuseForeign(program: Command, parsed: Parsed): void {
  if (parsed.verb === 'say' || parsed.verb === 'options') return
  const known = flagsFor[parsed.verb]
  const foreign = program.options.find(
    (option) =>
      !known.some((flag) => flag === option.attributeName()) && program.getOptionValueSource(option.attributeName()),
  )
  if (foreign) throw new UsageError(`option '${foreign.long}' is not for ${parsed.verb}`)
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.')
  return text
}

function time(text: string): number {
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined) throw new InvalidArgumentError('Write a time such as 90s, 5m or 1h30m.')
  return milliseconds
}

function exitCode(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Write an exit code.')
  return Number(text)
}

function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Write a number from 1 on.')
  return Number(text)
}
