import { join } from 'node:path'
import { readText } from '../ports/files.js'
import { type BegunEntry, type CheckEntry, type DeedEntry, entrySchema } from './history-schema.js'

/** A check with what it did and what began in it. */
export interface PastCheck {
  readonly check: CheckEntry
  readonly deeds: readonly DeedEntry[]
  readonly began: readonly BegunEntry[]
}

export interface History {
  /** Oldest first. */
  readonly checks: readonly PastCheck[]
  /** Lines that are not understood: cut off by a kill, or of another version. */
  readonly unreadable: number
  /** Why the file cannot be read, if it cannot. */
  readonly why: string | undefined
}

/** The last `count` checks of a town, from history.jsonl and the older file beside it. */
export function readHistory(root: string, count: number): History {
  const path = join(root, 'daemon/heartbeat/history.jsonl')
  const texts = [`${path}.1`, path].map(readText)
  const lines = texts.flatMap((text) =>
    text.known ? (text.value ?? '').split('\n').filter((line) => line !== '') : [],
  )
  const entries = lines.map(entryOf)
  const understood = entries.filter((entry) => entry !== undefined)
  return {
    checks: togetherByRun(understood).slice(-count),
    unreadable: entries.length - understood.length,
    why: texts.flatMap((text) => (text.known ? [] : [text.why]))[0],
  }
}

type Entry = CheckEntry | DeedEntry | BegunEntry

function entryOf(line: string): Entry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** Deeds come before their check in the file, and belong to it by its run. */
function togetherByRun(entries: readonly Entry[]): readonly PastCheck[] {
  const ofRun = new Map<string, Entry[]>()
  for (const entry of entries) ofRun.set(entry.run, [...(ofRun.get(entry.run) ?? []), entry])
  const checks = entries.filter((entry) => entry.type === 'check')
  return checks.map((check) => {
    const others = ofRun.get(check.run) ?? []
    return {
      check,
      deeds: others.filter((entry) => entry.type === 'deed'),
      began: others.filter((entry) => entry.type === 'finding'),
    }
  })
}
