import type { Finding } from './snapshot.js'
import type { Course } from './verdict.js'

/** Something that was so in a check and may be so in the next: said when it begins and when it ends. */
export interface Condition {
  readonly key: string
  /** One line for the log. */
  readonly says: string
}

/** Which conditions are new and which are over, and the ledger's list of those that last: key → since when, epoch ms. */
export interface Turn {
  readonly begun: readonly Condition[]
  readonly over: readonly string[]
  readonly lasting: Readonly<Record<string, number>>
}

/** Parts of a look: what was not looked at cannot be over. */
export type Part = 'gate' | 'blind' | 'finding' | 'result'

/** Everything that was so in this check. `closed`: why the gate was closed. `result`: how the check ended, when not well. */
export function conditionsOf(course: Course, gate: { readonly closed: string | undefined; readonly result: string }) {
  const conditions: Condition[] = []
  if (gate.closed !== undefined) conditions.push({ key: `gate|${gate.closed}`, says: gate.closed })
  for (const { what, why } of course.blindSpots) {
    conditions.push({ key: `blind|${what}`, says: `Warning: cannot see ${what}: ${why}` })
  }
  for (const finding of course.findings) conditions.push({ key: keyOf(finding), says: sayOf(finding) })
  if (gate.result === 'critical' || gate.result === 'unknown') {
    conditions.push({ key: `result|${gate.result}`, says: `This town is ${gate.result}` })
  }
  return conditions
}

/** What changed since the last check. Conditions of parts that were not looked at stay as they were. */
export function turnOf(now: readonly Condition[], before: Readonly<Record<string, number>>, at: Looked): Turn {
  const keys = new Set(now.map(({ key }) => key))
  const begun = now.filter(({ key }, i) => before[key] === undefined && now.findIndex((one) => one.key === key) === i)
  const over = Object.keys(before).filter((key) => !keys.has(key) && at.parts.includes(partOf(key)))
  const lasting = Object.entries(before).filter(([key]) => !over.includes(key))
  return { begun, over, lasting: Object.fromEntries([...lasting, ...begun.map(({ key }) => [key, at.now] as const)]) }
}

/** When it was looked, and which parts were seen whole. */
export interface Looked {
  readonly now: number
  readonly parts: readonly Part[]
}

function partOf(key: string): Part {
  const [part] = key.split('|', 1)
  return part === 'gate' || part === 'blind' || part === 'result' ? part : 'finding'
}

/** The key of a finding: two of a rule about one agent are two conditions when they are about different mail. */
export function keyOf({ rule, agent, verdict, evidence }: Finding): string {
  const about = evidence['mail'] ?? evidence['mailId'] ?? evidence['name'] ?? ''
  return ['finding', rule, agent ?? '', verdict, ...(about === '' ? [] : [String(about)])].join('|')
}

/** Whether a condition is about how the check ended. */
export const isResult = (key: string): boolean => partOf(key) === 'result'

const sayOf = ({ agent, verdict, because }: Finding): string => `${agent ?? 'town'} ${verdict}: ${because}`
