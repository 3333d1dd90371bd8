import { emptyLedger, type Ledger } from '../../../src/domain/ledger.js'
import type { CheckDocument } from '../check-document.js'
import { type FakeTown, raiseTown } from '../fake-town.js'
import type { StageKindName } from '../stage-kind.js'

const MINUTE = 60_000
const WITNESS = 'gastown/witness'
const MAX = 'gastown/crew/max'
const TOAST = 'gastown/polecats/toast'
const SLIT = 'gastown/polecats/slit'
const GONE = 'gastown/polecats/gone'
/** Who is started once, by a check or on its own request. */
const started = ['deacon', WITNESS, 'other/witness', TOAST]

/** A town in which there is something to do of every kind. */
export interface BusyTown extends FakeTown {
  /** All that a check has to do here, as `done` words it. */
  readonly owed: readonly string[]
  /** What is not as it is when everything has been done, and nothing twice. */
  wrong(): readonly string[]
  /** Whoever was started a moment ago may be started again. */
  forgetWaits(): void
}

/** What a check did, without ids. */
export const done = ({ actions }: CheckDocument): readonly string[] =>
  actions.filter(({ outcome }) => outcome === 'done').map(({ kind, agent }) => [kind, agent].filter(Boolean).join(' '))

const everywhere = [
  'start deacon',
  'start other/witness',
  `start ${TOAST}`,
  `cycle ${WITNESS}`,
  `shutdown ${MAX}`,
  `notify ${GONE}`,
]
/** What there is to do in a classic town only. */
const classicOnly = ['record-spawns', `trigger-spawn ${SLIT}`, 'mark-dead gastown/refinery']

/** Raises it: agents that died, that ask for something, that wait for a word, that will not come back. */
export async function raiseBusyTown(kind: StageKindName): Promise<BusyTown> {
  const town = raiseTown({ kind })
  town.configure({ deadline: '1s', startDeadline: '4s', runDeadline: '45s' })
  town.addRig('gastown')
  town.addRig('other', { ownDatabase: true, prefix: 'ot-' })
  const isClassic = kind === 'classic'
  const longAgo = new Date(Date.now() - 60 * MINUTE)
  const hook = (who: string, state: string, work: string): void => {
    const assignee = isClassic ? {} : { assignee: who }
    town.addIssue({ id: work, status: 'hooked', updated_at: longAgo.toISOString(), ...assignee }, 'gastown')
    town.setBead(who, { state, hook: work, updatedAt: longAgo })
  }
  const prefix = isClassic ? 'gt' : 'ga'
  for (const who of [TOAST, MAX]) town.addWorker(who)
  hook(TOAST, 'working', `${prefix}-w1`)
  hook(GONE, 'dead', `${prefix}-w2`)
  await town.wake(WITNESS, MAX, ...(isClassic ? [SLIT] : []))
  ask(town, WITNESS, 'cycle')
  ask(town, MAX, 'shutdown')
  if (isClassic) {
    town.setBead('gastown/refinery', { state: 'working', updatedAt: longAgo })
    const body = `Issue: gt-w3\nSession: ${town.session(SLIT)}`
    town.sendMail({ from: 'mayor', subject: 'POLECAT_STARTED gastown/slit', body })
  }
  town.write('daemon/heartbeat/ledger.json', JSON.stringify(ledgerBefore()))
  return {
    ...town,
    owed: isClassic ? [...everywhere, ...classicOnly] : everywhere,
    wrong: () => [...wrongInAny(town), ...(isClassic ? wrongInClassic(town) : [])],
    forgetWaits: () => town.changeLedger(withoutWaits),
  }
}

/** The agent asks as the real ones do. */
export function ask(town: FakeTown, who: string, verb: string): string {
  if (town.kind === 'classic') town.raiseFlag(who, verb)
  return town.sendMail({ from: who, subject: `LIFECYCLE: ${who} requesting ${verb}`, body: `{"action":"${verb}"}` })
}

/** A check was here five minutes ago, and saw no refinery. */
function ledgerBefore(): Ledger {
  const at = Date.now() - 5 * MINUTE
  const lastCheck = { startedAt: at, endedAt: at, intervalSeconds: 300 }
  return { ...emptyLedger, agents: { 'gastown/refinery': { starts: [], absentSince: at } }, lastCheck }
}

/** As if all that was started had been started a quarter of an hour earlier. */
export const withoutWaits = (ledger: Ledger): Ledger => ({
  ...ledger,
  agents: Object.fromEntries(
    Object.entries(ledger.agents).map(([who, record]) => [
      who,
      { ...record, starts: record.starts.map((start) => ({ ...start, at: start.at - 15 * MINUTE })) },
    ]),
  ),
})

/** How often checks started this agent. */
export const startsOf = (town: FakeTown, who: string): number =>
  town.programs
    .calls()
    .filter(({ program, cwd, args }) => program === 'claude' && cwd === town.folder(who) && !args.includes('--awake'))
    .length

function wrongInAny(town: FakeTown): readonly string[] {
  const times = started.map((who) => [who, startsOf(town, who)] as const)
  const notices = town.mails().filter(({ title, assignee }) => assignee !== 'deacon/' && title.includes('gone'))
  const ledger = JSON.parse(town.read('daemon/heartbeat/ledger.json') ?? '{}')
  const claims: readonly { readonly state: string; readonly mailOpen: boolean }[] = Object.values(ledger.claims ?? {})
  return [
    ...started.filter((who) => !town.isUp(who)).map((who) => `${who} is down`),
    ...times.filter(([, count]) => count !== 1).map(([who, count]) => `${who} was started ${count} times`),
    ...(town.isUp(MAX) ? [`${MAX} is up`] : []),
    ...town
      .mails('deacon/')
      .filter(({ status }) => status !== 'closed')
      .map(({ title }) => `open: ${title}`),
    ...(notices.length === 1 ? [] : [`${notices.length} notices about ${GONE}`]),
    ...claims.filter(({ state, mailOpen }) => state !== 'done' || mailOpen).map(({ state }) => `a claim is ${state}`),
    ...(ledger.children?.length ? ['a child is still written down'] : []),
  ]
}

function wrongInClassic(town: FakeTown): readonly string[] {
  const heard = town.tmux.screen(town.session(SLIT)).match(/heard: Begin\./g)?.length ?? 0
  const { description } = town.bead('gastown/refinery')
  const notes = description.match(/\d{4}-\d\d-\d\d/g)?.length ?? 0
  return [
    ...[WITNESS, MAX].filter((who) => Object.keys(town.flags(who)).length > 0).map((who) => `${who} has its flag up`),
    ...(heard === 1 ? [] : [`${SLIT} heard ${heard} times`]),
    ...(description.includes('agent_state: dead') && notes === 1 ? [] : [`the refinery is marked ${notes} times`]),
  ]
}
