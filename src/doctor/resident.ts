import { join } from 'node:path'
import { residentDaemon } from '../gate/resident-daemon.js'
import { exists } from '../ports/files.js'
import type { Ailment, Machine } from '../schedulers/scheduler.js'
import { showUnits } from '../schedulers/systemd-show.js'
import { error, type Patient, warning } from './patient.js'

/** Whether the resident daemon that this program replaces works here, or is enabled and would come back. */
export async function resident({ place, machine }: Patient): Promise<readonly Ailment[]> {
  const found = await residentDaemon({ root: place.root, commands: machine.commands })
  const running = found === undefined ? [] : [error('resident-daemon', found.because, 'gt daemon stop')]
  return [...running, ...(machine.platform === 'darwin' ? agent(machine) : await unit(machine))]
}

const service = 'gastown-daemon.service'

async function unit(machine: Machine): Promise<readonly Ailment[]> {
  const shown = await showUnits(machine, [service])
  const { UnitFileState, ActiveState } = (shown.known && shown.value.get(service)) || {}
  const isActive = ActiveState === 'active' || ActiveState === 'activating'
  if (!isActive && UnitFileState !== 'enabled') return []
  const because = `${service} is ${isActive ? 'active' : 'enabled'}: the resident daemon would look after this town beside us`
  return [warning('resident-daemon-enabled', because, `systemctl --user disable --now ${service}`)]
}

function agent({ home, uid }: Machine): readonly Ailment[] {
  const path = join(home, 'Library/LaunchAgents/com.gastown.daemon.plist')
  if (!exists(path)) return []
  const mend = `launchctl bootout gui/${uid}/com.gastown.daemon; rm '${path}'`
  return [warning('resident-daemon-enabled', `${path} starts the resident daemon at each login`, mend)]
}
