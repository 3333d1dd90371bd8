import { type AgentRecord, type Claim, isUnfinished, type Ledger } from './ledger.js'

const hour = 60 * 60 * 1000
const week = 7 * 24 * hour
/** Longer than the window in which starts are counted, and the hold after it, can be set to in a day. */
const startsFor = 25 * hour
const startsAtLeast = 20
const claimsAtMost = 2000
const childrenAtMost = 200

/** The ledger without what nobody asks for any more, so that it stays small. `now` is epoch ms; a request that is older than
 *  `requestMaxAge` milliseconds is not carried out even where nobody remembers it. */
export function pruned(ledger: Ledger, now: number, requestMaxAge = 0): Ledger {
  const young = (at: number): boolean => now - at <= week
  // An hour more, for a clock that is set back.
  const isNeeded = (claim: Claim): boolean => isOpen(claim) || now - claim.claimedAt <= requestMaxAge + hour
  return {
    ...ledger,
    agents: shortened(ledger.agents, now),
    notices: kept(ledger.notices, ({ at }) => young(at)),
    claims: withoutOldClaims(ledger.claims, young, isNeeded),
    typing: kept(ledger.typing, young),
    ...(ledger.typed && { typed: kept(ledger.typed, young) }),
    children: ledger.children.slice(-childrenAtMost),
    conditions: kept(ledger.conditions, young),
  }
}

function shortened(agents: Ledger['agents'], now: number): Ledger['agents'] {
  const changed = Object.entries(agents).flatMap(([name, record]) => {
    const shorter = withoutOldStarts(record, now)
    return shorter === record ? [] : [[name, shorter] as const]
  })
  return changed.length === 0 ? agents : { ...agents, ...Object.fromEntries(changed) }
}

/** The last 20 starts, and all of the last 25 hours. */
function withoutOldStarts(record: AgentRecord, now: number): AgentRecord {
  const surelyKept = record.starts.length - startsAtLeast
  if (surelyKept <= 0) return record
  return { ...record, starts: record.starts.filter(({ at }, index) => index >= surelyKept || now - at <= startsFor) }
}

/** What keeps a request from being carried out twice is kept, however old and however many they are; the rest is for people. */
function withoutOldClaims(
  claims: Ledger['claims'],
  young: (at: number) => boolean,
  isNeeded: (claim: Claim) => boolean,
): Ledger['claims'] {
  const recent = kept(claims, (claim) => isNeeded(claim) || young(claim.changedAt))
  const closed = Object.entries(recent).filter(([, claim]) => !isNeeded(claim))
  const tooMany = Object.keys(recent).length - claimsAtMost
  if (tooMany <= 0) return recent
  const oldestFirst = closed.sort(([, one], [, other]) => one.changedAt - other.changedAt)
  const dropped = new Set(oldestFirst.slice(0, tooMany).map(([mailId]) => mailId))
  return Object.fromEntries(Object.entries(recent).filter(([mailId]) => !dropped.has(mailId)))
}

/** Unfinished, or its mail still lies there. */
const isOpen = (claim: Claim): boolean => claim.mailOpen || isUnfinished(claim)

function kept<T>(entries: Readonly<Record<string, T>>, wanted: (value: T) => boolean): Readonly<Record<string, T>> {
  const all = Object.entries(entries)
  const left = all.filter(([, value]) => wanted(value))
  return left.length === all.length ? entries : Object.fromEntries(left)
}
