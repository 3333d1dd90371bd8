import { join } from 'node:path'
import { type Agent, rigNameComplaint, rigOf, workerNameComplaint } from '../domain/agent.js'
import { exists, makeFolder } from '../ports/files.js'
import { townFile } from '../ports/folders.js'
import { findProgram } from '../ports/program-path.js'
import type { Performing } from './performing.js'

/** Why an agent cannot be brought up now whatever is tried: its name, its work folder or its program; else undefined.
 *  The deacon's folder is made when it is missing, as gt does. */
export function unready(performing: Performing, agent: Agent): string | undefined {
  return nameComplaint(agent) ?? folderComplaint(performing, agent) ?? programComplaint(performing, agent)
}

function nameComplaint(agent: Agent): string | undefined {
  const rig = rigOf(agent)
  const complaint = rig === undefined ? undefined : rigNameComplaint(rig)
  return complaint ?? ('name' in agent ? workerNameComplaint(agent.name) : undefined)
}

function folderComplaint({ town }: Performing, agent: Agent): string | undefined {
  const folder = town.dialect.folder(town.root, agent)
  // A town that is moved away is not made anew.
  if (!exists(folder) && agent.role === 'deacon' && exists(townFile(town.root))) makeFolder(folder)
  if (!exists(folder)) return `its work folder ${folder} does not exist`
  const isBare = agent.role === 'polecat' && !exists(join(folder, '.git'))
  return isBare ? `its work folder ${folder} is no git work tree` : undefined
}

/** A name that our PATH lacks may still be found by the login shell; a path, or no shell at all, leaves no hope. */
function programComplaint({ town }: Performing, agent: Agent): string | undefined {
  // gt knows itself what it runs for an agent.
  if (town.dialect.starts) return undefined
  const [program = ''] = town.settings.launch[agent.role]
  const hopeless = program.includes('/') || town.settings.launchShell === false
  if (!hopeless || findProgram(program, town.env)) return undefined
  return `its program ${program} is not there; mend launch.${agent.role} in the configuration, or install it`
}
