import type { Agent } from '../domain/agent.js'
import { withoutMembers } from '../domain/json-members.js'
import type { Verb } from '../domain/ledger.js'
import { readJson, readText } from '../ports/files.js'
import { writeThrough } from '../ports/write-file.js'
import type { Performing } from './performing.js'

/** Takes `requesting_<verb>` and `requesting_time` out of an agent's state file; every other byte of it stays. Returns why
 *  that could not be done, or undefined; a file that is not there has no flag. */
export function clearFlag({ town }: Performing, agent: Agent, verb: Verb): string | undefined {
  const path = town.dialect.stateFile(town.root, agent)
  if (path === undefined) return undefined
  const [parsed, text] = [readJson(path), readText(path)]
  if (!parsed.known) return parsed.why
  if (!text.known) return text.why
  if (text.value === null) return undefined
  const cleared = withoutMembers(text.value, [`requesting_${verb}`, 'requesting_time'])
  if (cleared === undefined) return `${path} holds no JSON object`
  if (cleared !== text.value) writeThrough(path, cleared)
  return undefined
}
