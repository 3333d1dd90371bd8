import { join } from 'node:path'
import * as z from 'zod/mini'
import { rfc3339 } from '../domain/go-time.js'
import type { Next } from '../domain/schedule.js'
import { writeText } from '../ports/write-file.js'
import { type OwnFile, readOwn } from './own-json.js'

const stateSchema = z.looseObject({ heartbeat_count: z.catch(z.int().check(z.nonnegative()), 0) })

/** `daemon/state.json` as it was found; keys that are not ours are kept. */
export type State = z.output<typeof stateSchema>

const stateFile = (root: string): string => join(root, 'daemon/state.json')

/** The state that the last check or the town's resident daemon left; `asideAt` as for every file of ours. */
export const readState = (root: string, asideAt: number | undefined): OwnFile<State> =>
  readOwn({ path: stateFile(root), schema: stateSchema, asideAt })

/** One heartbeat, for the state file. Epoch ms. */
export interface Beat {
  readonly startedAt: number
  readonly endedAt: number
  readonly next: Next
}

/** Counts a heartbeat and writes it down under the keys of the original daemon; returns its number. */
export function writeState(root: string, state: State | undefined, { startedAt, endedAt, next }: Beat): number {
  const count = (state?.heartbeat_count ?? 0) + 1
  write(root, {
    ...state,
    running: false,
    pid: 0,
    started_at: local(startedAt),
    last_heartbeat: local(endedAt),
    heartbeat_count: count,
    ...nextKeys(next),
  })
  return count
}

/** Writes down when the next heartbeat is due, and counts none: for a check that was none. */
export function writeNextInState(root: string, state: State | undefined, next: Next): void {
  write(root, { ...state, running: false, pid: 0, ...nextKeys(next) })
}

const nextKeys = (next: Next) => ({ next_heartbeat: local(next.at), next_interval_seconds: next.intervalSeconds })

const write = (root: string, state: Readonly<Record<string, unknown>>): void =>
  writeText(stateFile(root), JSON.stringify(state, undefined, 2), 0o644)

const local = (at: number): string => rfc3339(at, -new Date(at).getTimezoneOffset())
