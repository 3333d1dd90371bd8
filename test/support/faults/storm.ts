import type { Claim, Ledger } from '../../../src/domain/ledger.js'
import type { FakeTown } from '../fake-town.js'
import type { Ending } from '../run-check.js'
import { waitFor } from '../wait-for.js'
import { startsOf, withoutWaits } from './busy-town.js'
import type { Dice } from './dice.js'

/** Requests of many agents, and checks and passes over requests that all begin at once, some of which are killed. */
export interface Storm {
  readonly agents: readonly string[]
  /** Milliseconds within which all requests come. */
  readonly within: number
  readonly checks: number
  readonly passes: number
}

/** What an agent asked for, in order. */
export interface Asked {
  readonly who: string
  readonly mails: readonly string[]
}

/** What became of the storm. */
export interface Stormed {
  readonly asked: readonly Asked[]
  readonly endings: readonly Ending[]
  /** Checks of which one did something while another one was at work. */
  readonly interleaved: readonly number[]
}

const verbs: readonly [readonly string[], ...(readonly string[])[]] = [
  ['cycle', 'shutdown'],
  ['shutdown', 'cycle'],
  ['cycle', 'restart'],
  ['restart', 'shutdown'],
  ['shutdown', 'restart'],
]

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Every agent asks for two things, while checks and passes are at work, some of which are killed: at any moment, or right before or
 *  after they end a session, make one or delete a mail. */
export async function rage(town: FakeTown, storm: Storm, dice: Dice): Promise<Stormed> {
  const { agents, within, checks, passes } = storm
  const wishes = agents.map((who) => ({ who, wants: dice.of(verbs), mails: [] as string[] }))
  if (town.kind === 'classic') for (const { who, wants } of wishes) for (const verb of wants) town.raiseFlag(who, verb)
  for (const program of ['gt', 'tmux']) town.programs.spoil(program, killsSome(dice))
  const letters = [0, 1].flatMap((turn) =>
    wishes.map((wish) => ({ wish, turn, at: dice.roll(within / 2) + (turn * within) / 2 })),
  )
  const sent = letters.map(async ({ wish, turn, at }) => {
    await pause(at)
    wish.mails[turn] = send(town, wish.who, wish.wants[turn] ?? '')
  })
  const words = [
    ...Array.from({ length: checks }, () => '--once'),
    ...Array.from({ length: passes }, () => '--lifecycle'),
  ]
  const runs = words.map((word) => runOne(town, word, dice.roll(7) === 0 ? dice.roll(within) : undefined))
  await Promise.all(sent)
  const endings = await Promise.all(runs)
  return { asked: wishes, endings, interleaved: interleavedOf(town, endings) }
}

/** Shell lines that kill the check which made the call, now and then: more often where it deletes a mail. */
function killsSome(dice: Dice): string {
  const at = (words: string, oneOf: number): string => {
    const fates = Array.from({ length: 1000 }, () => dice.roll(2 * oneOf))
    const those = (fate: number) => fates.flatMap((its, number) => (its === fate ? [number] : [])).join(' ')
    return `${words})
number=$(ls "$stage/calls" | wc -l)
case " ${those(0)} " in *" $number "*) kill -KILL "$PPID"; exit 1;; esac
case " ${those(1)} " in *" $number "*) work "$@"; kill -KILL "$PPID"; exit 0;; esac
;;
`
  }
  const others = '*kill-session*|*new-session*|*crew\\ start*'
  return `case "$*" in ${at('*mail\\ delete*', 12)}${at(others, 40)}esac\n`
}

/** The calls of checks that came to their end, in their order: each check's stand together. Of a killed one the last may come late. */
function interleavedOf({ programs }: FakeTown, endings: readonly Ending[]): readonly number[] {
  const whole = new Set(endings.filter(({ signal }) => signal === null).map(({ pid }) => pid))
  const callers = programs
    .calls()
    .map(({ parent }) => parent)
    .filter((parent) => whole.has(parent))
  const blocks = callers.filter((caller, index) => caller !== callers[index - 1])
  return blocks.filter((caller, index) => blocks.indexOf(caller) !== index)
}

const send = (town: FakeTown, who: string, verb: string): string =>
  town.sendMail({ from: who, subject: `LIFECYCLE: ${who} requesting ${verb}`, body: `{"action":"${verb}"}` })

/** Runs a check or a pass, and kills it after so many milliseconds. */
async function runOne(town: FakeTown, word: string, killAfter: number | undefined): Promise<Ending> {
  let timer: NodeJS.Timeout | undefined
  const ending = await town.run([word, '--quiet'], {
    started: ({ kill }) => {
      if (killAfter !== undefined) timer = setTimeout(() => kill('SIGKILL'), killAfter)
    },
  })
  clearTimeout(timer)
  return ending
}

/** Has passes finish what is left, some of which are killed too; waits for starts are over. */
export async function calm(town: FakeTown): Promise<void> {
  for (let round = 0; round < 30 && isUnfinished(town); round += 1) {
    if (round === 10) for (const program of ['gt', 'tmux']) town.programs.mend(program)
    if (town.read(ledgerPath) !== undefined) town.changeLedger(withoutWaits)
    await town.run(['--lifecycle', '--quiet'])
  }
}

const ledgerPath = 'daemon/heartbeat/ledger.json'
const openMails = (town: FakeTown) => town.mails('deacon/').filter(({ status }) => status !== 'closed')
const claimsOf = (town: FakeTown): Readonly<Record<string, Claim>> => {
  const ledger: Partial<Ledger> = JSON.parse(town.read(ledgerPath) ?? '{}')
  return ledger.claims ?? {}
}
const isUnfinished = (town: FakeTown): boolean =>
  openMails(town).length > 0 || Object.values(claimsOf(town)).some(({ state }) => state !== 'done')

/** What is wrong with how an agent's requests were answered: each once, or as superseded by a newer one; empty: nothing. */
export async function wrongFor(town: FakeTown, { who, mails }: Asked): Promise<readonly string[]> {
  const claims = claimsOf(town)
  const carriedOut = mails.filter((id) => claims[id]?.state === 'done')
  const last = claims[carriedOut.at(-1) ?? '']
  const sessions = carriedOut.filter((id) => claims[id]?.verb !== 'shutdown').length
  const isUp = last !== undefined && last.verb !== 'shutdown'
  const [first = '', second = ''] = mails
  // Who was shut down on its own request before its next one came stays down, and that one lies there until it is let up.
  const waits = last?.verb === 'shutdown' && !carriedOut.includes(second)
  await waitFor(`${who} is started`, () => startsOf(town, who) >= sessions).catch(() => undefined)
  const made = startsOf(town, who)
  return [
    ...(waits || carriedOut.includes(second) || isAnswered(town, who, second) ? [] : [`${who} was not heard`]),
    ...(made === sessions ? [] : [`${who}: ${made} sessions made for ${sessions} requests`]),
    ...(town.isUp(who) === isUp ? [] : [`${who} is ${isUp ? 'down' : 'up'} after ${last?.verb}`]),
    ...(areClosed(town, waits ? [first] : mails) ? [] : [`${who}: a mail is open`]),
  ]
}

const areClosed = (town: FakeTown, mails: readonly string[]): boolean =>
  mails.every((id) => town.issue(id)?.status === 'closed')

/** Whether the session of an agent was made after it asked: that is what it would have got. */
function isAnswered(town: FakeTown, who: string, mail: string): boolean {
  const asked = Math.floor(Date.parse(town.issue(mail)?.created_at ?? '') / 1000)
  return (
    town.isUp(who) &&
    Number(town.tmux.tmux('display-message', '-p', '-t', `=${town.session(who)}:`, '#{session_created}')) >= asked
  )
}
