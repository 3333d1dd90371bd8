import { type Call, commandOf } from '../dialects/dialect.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { FailureKind } from '../ports/command.js'
import type { Doorstep } from '../town.js'

/** What a program said, and how it failed where it did. */
export interface Said {
  readonly answer: Known<string>
  /** All that it printed, on stderr too. */
  readonly output: string
  readonly failure?: FailureKind
}

/** Makes one of the dialect's calls; `deadline` in ms, the one for every question unless said otherwise. */
export async function ask(town: Doorstep, call: Call, deadline = town.settings.deadline): Promise<Said> {
  const result = await town.commands.run({ ...commandOf(town.dialect, call, town), deadline })
  const output = `${result.stdout}\n${result.stderr}`
  if (result.ok) return { answer: known(result.stdout), output }
  return { answer: cannotTell(result.failure), output, failure: result.kind }
}
