import { perform } from './commands/perform.js'
import { plainRequest } from './plain-line.js'
import type { Ending, Request, Surroundings } from './request.js'

/** Does what the command line asks for. Throws UsageError, and what the command throws. */
export const run = async (words: readonly string[], surroundings: Surroundings): Promise<Ending> =>
  perform(await requestOf(words, surroundings), surroundings)

/** What reads every command line takes as long to load as a plain check to ask its first questions. */
const requestOf = async (words: readonly string[], surroundings: Surroundings): Promise<Request> =>
  plainRequest(words, surroundings.env) ?? (await import('./cli.js')).readCommandLine(words, surroundings)
