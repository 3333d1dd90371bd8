import { cannotTell, type Known, known } from '../domain/known.js'
import type { Machine } from './scheduler.js'
import { ask } from './steps.js'

/** What the manager says of a unit, drop-ins included: property by property, several values of one joined by line breaks. */
export type Properties = Readonly<Record<string, string>>

/** Unit by unit what the user's manager has in effect; a unit that nobody wrote has `LoadState` `not-found`. */
export async function showUnits(
  machine: Machine,
  units: readonly string[],
): Promise<Known<ReadonlyMap<string, Properties>>> {
  const shown = await ask(machine, ['systemctl', '--user', 'show', '--no-pager', '--', ...units], patience)
  if (!shown.ok) return cannotTell(shown.failure)
  const blocks = shown.stdout.split(/\n\n+/).filter((block) => block.trim() !== '')
  if (blocks.length !== units.length)
    return cannotTell(`systemctl --user show: ${blocks.length} answers for ${units.length} units`)
  return known(new Map(units.map((unit, at) => [unit, propertiesOf(blocks[at] ?? '')])))
}

/** The environment that the user's manager gives every unit. */
export async function showEnvironment(machine: Machine): Promise<Known<Properties>> {
  const shown = await ask(machine, ['systemctl', '--user', 'show-environment'], patience)
  if (!shown.ok) return cannotTell(shown.failure)
  return known(
    Object.fromEntries(Object.entries(propertiesOf(shown.stdout)).map(([name, text]) => [name, plain(text)])),
  )
}

/** Milliseconds. */
const patience = 10_000

function propertiesOf(block: string): Properties {
  const found: Record<string, string> = {}
  for (const line of block.split('\n')) {
    const at = line.indexOf('=')
    if (at < 1) continue
    const name = line.slice(0, at)
    const value = line.slice(at + 1)
    found[name] = found[name] === undefined ? value : `${found[name]}\n${value}`
  }
  return found
}

/** A value as it is, without the quotes that the manager puts around one that a shell would misread. */
function plain(text: string): string {
  const quoted = /^\$'([\s\S]*)'$/.exec(text)?.[1]
  return quoted === undefined ? text : quoted.replace(/\\([\\'"])/g, '$1')
}
