import { statSync } from 'node:fs'
import type { Action, CarryOut } from '../../../src/domain/action.js'
import { known } from '../../../src/domain/known.js'
import type { Claim, Verb } from '../../../src/domain/ledger.js'
import type { SessionSight } from '../../../src/domain/session.js'
import type { AgentSight, Mail, Snapshot } from '../../../src/domain/snapshot.js'
import { type LedgerFile, openLedger } from '../../../src/ports/ledger-file.js'
import { lifecycleRequests } from '../../../src/rules/lifecycle-requests.js'
import { crew, currentSteps, defaultSettings, mail, session, town } from '../town-builder.js'
import type { Dice } from './dice.js'

/** A life of a ledger: who asks how often, and how much time it takes. */
export interface Life {
  readonly path: string
  readonly requests: number
  /** Asked for between two checks. */
  readonly atOnce: number
  /** Milliseconds between two checks. */
  readonly interval: number
  readonly requestMaxAge: number
  /** When it ends, epoch ms. */
  readonly until: number
}

/** What became of it. */
export interface Lived {
  /** What was carried out, oldest first. */
  readonly carriedOut: readonly Mail[]
  /** Mails that were carried out a second time. */
  readonly twice: readonly string[]
  /** Old mails that came back to the inbox. */
  readonly returned: number
  /** The largest that the file ever was, bytes. */
  readonly largest: number
}

const agents = Array.from({ length: 300 }, (_, index) => `c${index}`)

/** Lives it: checks that read the inbox by the rules and write down what they do, one after the other, in time that is only told to
 *  them. Mails that were carried out come back again and again, as where a database is restored. */
export function live(life: Life, dice: Dice): Lived {
  const { path, requests, atOnce, interval, requestMaxAge } = life
  const sessions = new Map<string, SessionSight>()
  const past: Mail[] = []
  const done = new Set<string>()
  const twice: string[] = []
  let now = life.until - Math.ceil(requests / atOnce) * interval
  let largest = 0
  let returned = 0
  while (past.length < requests) {
    now += interval
    const fresh = Array.from({ length: atOnce }, (_, index) => asks(`gm-${past.length + index}`, now, dice))
    const old = returning(past, dice)
    returned += old.length
    past.push(...fresh)
    const file = openLedger(path, { now, readOnly: false, requestMaxAge })
    const look = { now, file, sessions, inbox: [...old, ...fresh], requestMaxAge }
    const deeds = plannedIn(look)
    twice.push(...deeds.filter(({ mailId, claimed }) => !claimed && done.has(mailId)).map(({ mailId }) => mailId))
    for (const deed of deeds) done.add(deed.mailId)
    carryOut(look, deeds, dice)
    largest = Math.max(largest, statSync(path).size)
  }
  return { carriedOut: past.filter(({ id }) => done.has(id)), twice, returned, largest }
}

const verbs: readonly [Verb, ...Verb[]] = ['cycle', 'restart', 'shutdown']

/** A request of one of the agents, sent within the last minute. */
function asks(id: string, now: number, dice: Dice): Mail {
  const from = `gastown/crew/c${dice.roll(agents.length)}`
  const createdAt = now - dice.roll(60_000)
  return mail({ id, subject: 'LIFECYCLE: x', from, createdAt, request: { verb: dice.of(verbs) } })
}

/** A few of the last hundred, and more of all that ever were. */
function returning(past: readonly Mail[], dice: Dice): readonly Mail[] {
  const reaches = [100, 100, 100, ...Array.from({ length: 12 }, () => past.length + 1)]
  const chosen = new Set(reaches.map((reach) => dice.roll(reach)))
  return [...chosen].flatMap((back) => past.at(-1 - back) ?? [])
}

interface Look {
  readonly now: number
  readonly file: LedgerFile
  readonly sessions: Map<string, SessionSight>
  readonly inbox: readonly Mail[]
  readonly requestMaxAge: number
}

function plannedIn(look: Look): readonly CarryOut[] {
  const plan = lifecycleRequests(snapshotOf(look))
  return plan.actions.filter(isDeed)
}

const isDeed = (action: Action): action is CarryOut => 'verb' in action && action.deferred === undefined

function snapshotOf({ now, file, sessions, inbox, requestMaxAge }: Look): Snapshot {
  const settings = { ...defaultSettings, requestMaxAge }
  const sights = agents.map((name): AgentSight => {
    const standing = sessions.get(name)
    return crew('gastown', name, standing ? { session: standing } : { state: 'dead' })
  })
  return town({ now, settings, steps: currentSteps, ledger: file.current(), mail: known(inbox) }, ...sights)
}

/** Writes down what each deed came to: mostly done; now and then its mail stays, or the check dies and the next one finishes. */
function carryOut({ now, file, sessions }: Look, deeds: readonly CarryOut[], dice: Dice): void {
  const claims = deeds.map((deed): readonly [string, Claim] => {
    const chance = dice.roll(20)
    const isCut = chance === 0 && !deed.claimed
    if (!isCut) change(sessions, deed, now)
    const state = isCut ? 'claimed' : 'done'
    const { address } = crew('gastown', nameOf(deed))
    const before = file.current().claims[deed.mailId]
    const claimedAt = before?.claimedAt ?? now
    return [
      deed.mailId,
      { address, verb: deed.verb, session: deed.session, state, claimedAt, changedAt: now, mailOpen: chance === 1 },
    ]
  })
  file.change((ledger) => ({ ...ledger, claims: { ...ledger.claims, ...Object.fromEntries(claims) } }))
}

const nameOf = ({ agent }: CarryOut): string => ('name' in agent ? agent.name : '')

/** The session of the agent is ended, and another one made, unless it was to stay down. Some of those die at once. */
function change(sessions: Map<string, SessionSight>, deed: CarryOut, now: number): void {
  const name = nameOf(deed)
  if (deed.verb === 'shutdown' || Number(deed.mailId.slice(-1)) < 3) sessions.delete(name)
  else {
    const identity = { serverPid: 100, sessionId: `$${deed.mailId}`, paneStart: deed.mailId }
    sessions.set(name, session({ identity, createdAt: now, processStartedAt: now }))
  }
}
