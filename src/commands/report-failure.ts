import { enoughToTell, hasFailed } from '../domain/failing.js'
import { type FailureNews, failureLetter, notYet } from '../domain/failure-letter.js'
import { priorities } from '../domain/priority.js'
import { type Account, accountFor } from '../failure/account.js'
import { exitCodeFrom } from '../failure/because.js'
import { type Scene, sceneOf } from '../failure/scene.js'
import { type Gone, isOver, tellAll, waysLeft } from '../failure/tell.js'
import { triggerOf } from '../open-town.js'
import { now } from '../ports/clock.js'
import { createCommands } from '../ports/command.js'
import { isJournal } from '../ports/journal.js'
import { type Failures, readFailures, writeFailures } from '../remember/failures-file.js'
import { readHistory } from '../remember/read-history.js'
import { type Ending, type RequestTo, type Surroundings, textOf } from '../request.js'
import { logOf } from './down.js'

type Asked = RequestTo<'report-failure'>

/** So many checks are looked through for the last one that went well. */
const lookBack = 1000
/** All that tell somebody must have ended by then, milliseconds. */
const patience = 45_000

/** Tells people that checks fail, once three in a row have, and once while it lasts. */
export async function reportFailure({ flags, failed }: Asked, surroundings: Surroundings): Promise<Ending> {
  const { env } = surroundings
  const exitCode = exitCodeFrom(failed, env)
  if (exitCode !== undefined && !hasFailed(exitCode)) return ending([])
  const scene = sceneOf({ ...flags, ...surroundings })
  const at = now()
  const before = readFailures(scene.memory, flags.dryRun ? undefined : at)
  const past = scene.place ? readHistory(scene.place.root, lookBack).checks : []
  const sawOne = failed !== undefined || triggerOf(env) !== 'manual' || isJournal(env)
  const account = accountFor({ ...scene, now: at, exitCode, sawOne, env }, past, before.failures)
  const said = flags.dryRun ? wouldSay(account) : await speak(scene, account, surroundings)
  const lines = [...said, ...before.complaints.map((why) => ({ priority: warning, text: why }))]
  return ending(flags.quiet ? lines.filter(({ priority }) => priority <= warning) : lines)
}

const { error, warning, info } = priorities

/** A line that is printed. */
interface Said {
  readonly priority: number
  readonly text: string
}

const allIsWell: Said = { priority: info, text: 'no check has failed since the last one that went well' }

async function speak(scene: Scene, { news, failures }: Account, surroundings: Surroundings): Promise<readonly Said[]> {
  const unwritten = writeFailures(scene.memory, failures)
  const forgetful: readonly Said[] = unwritten === undefined ? [] : [{ priority: warning, text: unwritten }]
  if (news === undefined) return [allIsWell, ...forgetful]
  if (news.inARow < enoughToTell) return [{ priority: info, text: notYet(news) }, ...forgetful]
  // What cannot be remembered would be told again and again: it only goes where lines are printed.
  if (unwritten !== undefined) return [{ priority: error, text: failureLetter(news).line }, ...forgetful]
  return tell(scene, { news, failures }, surroundings)
}

interface Tidings {
  readonly news: FailureNews
  readonly failures: Failures
}

async function tell(scene: Scene, { news, failures }: Tidings, surroundings: Surroundings): Promise<readonly Said[]> {
  const letter = failureLetter(news)
  const told = failures.told[news.failing]
  const commands = createCommands(now() + patience)
  surroundings.onStop(commands.killAll)
  const { place } = scene
  const { env, platform } = surroundings
  const telling = { news, letter, root: place?.root, settings: place?.settings, env, platform, commands }
  const gone = await tellAll(telling, told?.ways ?? [])
  const ways = [...(told?.ways ?? []), ...gone.filter(isOver).map(({ way }) => way)]
  const after = { ...failures, told: { ...failures.told, [news.failing]: { at: told?.at ?? now(), ways } } }
  const unwritten = writeFailures(scene.memory, after)
  if (place && told === undefined) logOf(place).line(`Error: ${letter.line}`)
  return [
    told ? { priority: info, text: `${letter.line}; told already` } : { priority: error, text: letter.line },
    ...gone.flatMap(complaintOf),
    ...(unwritten === undefined ? [] : [{ priority: warning, text: unwritten }]),
  ]
}

const complaintOf = ({ way, told }: Gone): readonly Said[] =>
  told.how === 'failed' ? [{ priority: warning, text: `${way}: ${told.why}` }] : []

/** What a dry run prints. */
function wouldSay({ news, failures }: Account): readonly Said[] {
  if (news === undefined) return [allIsWell]
  if (news.inARow < enoughToTell) return [{ priority: info, text: notYet(news) }]
  const left = waysLeft(failures.told[news.failing]?.ways ?? []).map(({ name }) => name)
  return [
    { priority: error, text: failureLetter(news).line },
    {
      priority: info,
      text: left.length === 0 ? 'told already' : `would be told, as far as they are there, by ${left.join(', ')}`,
    },
  ]
}

const ending = (lines: readonly Said[]): Ending => ({
  stdout: textOf(lines.map(({ text }) => text)),
  stderr: '',
  exitCode: 0,
  priorities: lines.map(({ priority }) => priority),
})
