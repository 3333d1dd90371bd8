import { endLeftovers } from './actions/end-leftovers.js'
import { failed, postponed, wordsOf } from './actions/outcomes.js'
import { perform } from './actions/perform.js'
import type { Performing } from './actions/performing.js'
import type { Action, Notify, Outcome, Plan } from './domain/action.js'
import { type Address, address } from './domain/agent.js'
import { withRestartError } from './domain/letters.js'

/** Does what is planned, and says of each action how it went, in the plan's order. One failure never stops the round; a
 *  failed start is followed by the notice that was planned for that case. */
export async function act(performing: Performing, { actions }: Plan): Promise<readonly Outcome[]> {
  const round: Round = { performing, occupied: await endLeftovers(performing), outcomes: new Map() }
  const those = (belongs: (action: Action) => boolean) => actions.filter(belongs)
  await Promise.all([
    inTurn(round, those(isAboutSpawns)),
    inTurn(round, those(isClosing)),
    sessionsThenWords(round, those),
  ])
  return actions.flatMap((action) => round.outcomes.get(action) ?? [])
}

/** What belongs to this round of deeds. */
interface Round {
  readonly performing: Performing
  /** Agents for whom a program of an earlier check still runs. */
  readonly occupied: ReadonlySet<Address>
  readonly outcomes: Map<Action, readonly Outcome[]>
}

/** Requests at work side by side. */
const requestsAtOnce = 4

/** Sessions of different agents do not wait for each other, but a polecat for its witness; what is said of them comes last. */
async function sessionsThenWords(round: Round, those: (belongs: (action: Action) => boolean) => readonly Action[]) {
  const staff = those(isStaffStart)
  await Promise.all([sideBySide(round, those(isRequest), requestsAtOnce), sideBySide(round, staff, staff.length)])
  const polecats = those((action) => action.kind === 'start' && !isStaffStart(action))
  await sideBySide(round, polecats, polecats.length)
  for (const action of those(({ kind }) => kind === 'start')) await tellOfFailure(round, action)
  await inTurn(round, those(isWord))
}

const isRequest = ({ kind }: Action): boolean => kind === 'cycle' || kind === 'restart' || kind === 'shutdown'
const isStaffStart = (action: Action): boolean => action.kind === 'start' && action.agent.role !== 'polecat'
const isClosing = ({ kind }: Action): boolean => kind === 'close-mail'
const isWord = ({ kind }: Action): boolean => kind === 'mark-dead' || kind === 'notify'
const isAboutSpawns = ({ kind }: Action): boolean =>
  kind === 'record-spawns' || kind === 'trigger-spawn' || kind === 'forget-spawn'

const inTurn = (round: Round, actions: readonly Action[]): Promise<void> => sideBySide(round, actions, 1)

async function sideBySide(round: Round, actions: readonly Action[], width: number): Promise<void> {
  const queue = [...actions]
  const worker = async () => {
    for (let action = queue.shift(); action; action = queue.shift()) {
      round.outcomes.set(action, [await attempt(round, action)])
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
}

async function attempt({ performing, occupied }: Round, action: Action): Promise<Outcome> {
  if (action.deferred) return { action, outcome: 'deferred' }
  if (action.agent && occupied.has(address(action.agent))) return postponed(action, stillOccupied)
  try {
    return await perform(performing, action)
  } catch (error) {
    return failed(action, wordsOf(error))
  }
}

const stillOccupied = { because: 'a program that an earlier check left running for it does not end', soon: true }

async function tellOfFailure(round: Round, action: Action): Promise<void> {
  const outcomes = round.outcomes.get(action) ?? []
  const [outcome] = outcomes
  const notice = action.kind === 'start' ? action.otherwise : undefined
  if (outcome?.outcome !== 'failed' || !notice) return
  const told: Notify = withRestartError(notice, outcome.error ?? '')
  round.outcomes.set(action, [...outcomes, await attempt(round, told)])
}
