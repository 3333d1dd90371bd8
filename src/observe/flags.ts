import * as z from 'zod/mini'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { Verb } from '../domain/ledger.js'
import type { RequestFlags } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'

const verbs: readonly Verb[] = ['cycle', 'restart', 'shutdown']
const stateSchema = z.record(z.string(), z.unknown())

/** The `requesting_…` flags of an agent's state file; null when it has no such file. */
export function readFlags(path: string): Known<RequestFlags | null> {
  const file = readJson(path)
  if (!file.known || file.value === null) return file.known ? known(null) : file
  const state = stateSchema.safeParse(file.value)
  return state.success ? known(flagsOf(state.data, path)) : cannotTell(`${path} does not hold an object`)
}

function flagsOf(state: Readonly<Record<string, unknown>>, path: string): RequestFlags {
  const flag = (verb: Verb): unknown => state[`requesting_${verb}`]
  const odd = verbs.filter((verb) => flag(verb) !== undefined && flag(verb) !== true)
  return {
    path,
    requesting: {
      cycle: flag('cycle') === true,
      restart: flag('restart') === true,
      shutdown: flag('shutdown') === true,
    },
    got: Object.fromEntries(odd.map((verb) => [verb, shortWord(flag(verb))])),
  }
}

function shortWord(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  const word = JSON.stringify(value)
  return word.length > 20 ? 'a text' : word
}
