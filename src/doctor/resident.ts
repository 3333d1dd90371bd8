import { join } from 'node:path'
import { residentDaemon } from '../gate/resident-daemon.js'
import { readText } from '../ports/files.js'
import { realPath } from '../ports/places.js'
import type { Ailment, Machine } from '../schedulers/scheduler.js'
import { shown } from '../schedulers/steps.js'
import { showUnits } from '../schedulers/systemd-show.js'
import { error, type Patient, warning } from './patient.js'

/** Whether the resident daemon that this program replaces works here, or is enabled and would come back. */
export async function resident({ place, machine }: Patient): Promise<readonly Ailment[]> {
  const { root } = place
  const found = await residentDaemon({ root, commands: machine.commands })
  const enabled = machine.platform === 'darwin' ? agent(root, machine) : await unit(root, machine)
  // Whoever is enabled comes back when it is stopped: that is ended first.
  const stop = enabled[0]?.mend ?? `cd ${shown(root)} && gt daemon stop`
  return [...(found === undefined ? [] : [error('resident-daemon', found.because, stop)]), ...enabled]
}

const service = 'gastown-daemon.service'

async function unit(root: string, machine: Machine): Promise<readonly Ailment[]> {
  const units = await showUnits(machine, [service])
  const { UnitFileState, ActiveState, WorkingDirectory = '' } = (units.known && units.value.get(service)) || {}
  if (isElsewhere(WorkingDirectory.replace(/^!/, ''), root)) return []
  const isActive = ActiveState === 'active' || ActiveState === 'activating'
  if (!isActive && UnitFileState !== 'enabled') return []
  const because = `${service} is ${isActive ? 'active' : 'enabled'}: the resident daemon would look after this town beside us`
  return [warning('resident-daemon-enabled', because, `systemctl --user disable --now ${service}`)]
}

/** It looks after the one town in whose folder it is started; nobody says: it may be this one. */
const isElsewhere = (folder: string, root: string): boolean => folder !== '' && (realPath(folder) ?? folder) !== root

const folderInList = /<key>WorkingDirectory<\/key>\s*<string>([^<]*)<\/string>/

function agent(root: string, { home, uid }: Machine): readonly Ailment[] {
  const path = join(home, 'Library/LaunchAgents/com.gastown.daemon.plist')
  const text = readText(path)
  if (text.known && text.value === null) return []
  const folder = text.known ? folderInList.exec(text.value ?? '')?.[1] : undefined
  if (isElsewhere(folder ?? '', root)) return []
  const mend = `launchctl bootout gui/${uid}/com.gastown.daemon; rm ${shown(path)}`
  return [warning('resident-daemon-enabled', `${path} starts the resident daemon at each login`, mend)]
}
