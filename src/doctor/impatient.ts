import type { CommandResult, Commands } from '../ports/command.js'

/** The same runner, that waits for no program a second time: one that did not answer in time is given up with the same words. */
export function impatient(commands: Commands): Commands {
  const silent = new Map<string, CommandResult>()
  return {
    ...commands,
    async run(command) {
      const given = silent.get(command.program)
      if (given !== undefined) return given
      const result = await commands.run(command)
      if (!result.ok && result.kind === 'timeout') silent.set(command.program, result)
      return result
    },
  }
}
