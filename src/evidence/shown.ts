import type { Variables } from '../domain/agent-environment.js'
import type { Surroundings } from '../domain/server-signs.js'
import type { Process } from '../domain/session.js'
import type { Shown } from '../domain/survivor.js'
import { realPath } from '../ports/places.js'
import { surroundingsOf } from '../ports/surroundings.js'

/** What processes of this user show of themselves, as seen from the town `root`. */
export const shownIn = (processes: readonly Process[], root: string): readonly Shown[] =>
  surroundingsOf(processes).map((one) => shown(one, root))

function shown({ pid, folder: cwd, environment }: Surroundings, root: string): Shown {
  const variables = variablesIn(environment)
  const folder = cwd ?? variables.get('PWD')
  const named = [variables.get('GT_ROOT'), variables.get('GT_TOWN_ROOT')].find((value) => value?.startsWith('/'))
  const isThere = folder === root || folder?.startsWith(`${root}/`) === true
  const isOfTown = named === undefined || named === '/dev/null' ? isThere : (realPath(named) ?? named) === root
  return { pid, folder, variables, isOfTown }
}

/** `ps` has blanks between the variables, and cannot tell them from those in one. */
function variablesIn(environment: string): Variables {
  const lines = environment.split(environment.includes('\0') ? '\0' : ' ')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const))
}
