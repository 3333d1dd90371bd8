import type { BlindSpot } from './domain/snapshot.js'
import type { Course } from './domain/verdict.js'
import { now } from './ports/clock.js'
import { courseOf, exitCodeOf, type Heartbeat, type Looked } from './remember/account.js'
import { nextAfter } from './remember/next-check.js'
import { readOwnFiles } from './remember/own-files.js'
import { writeDown } from './remember/write-down.js'
import type { Town } from './town.js'

/** Reckons a check up and writes down what the next one must know. A dry run writes nothing. What cannot be written is a blind spot. */
export async function remember(town: Town, looked: Looked): Promise<Heartbeat> {
  const own = readOwnFiles(town, looked)
  const read = [...lostLedger(town), ...own.blindSpots]
  const heartbeat = reckon(town, looked, { findings: own.findings, blindSpots: read })
  if (town.dryRun) return heartbeat
  const unwritten = await writeDown(town, heartbeat, own)
  if (unwritten.length === 0) return heartbeat
  return reckon(town, looked, { findings: own.findings, blindSpots: [...read, ...unwritten] })
}

type Also = Pick<Course, 'findings' | 'blindSpots'>

function reckon(town: Town, looked: Looked, { findings, blindSpots }: Also): Heartbeat {
  const course = courseOf(looked, { blindSpots, findings: [...(town.flaw?.findings ?? []), ...findings] })
  const endedAt = now()
  const next = nextAfter(town, { ...looked, course, endedAt })
  return { ...looked, ...course, exitCode: exitCodeOf(looked.gate, course), next, endedAt }
}

const lostLedger = ({ ledger }: Town): readonly BlindSpot[] =>
  ledger.complaint === undefined ? [] : [{ what: 'what earlier checks did', why: ledger.complaint }]
