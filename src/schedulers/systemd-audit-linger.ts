import { thisUser } from '../ports/user.js'
import { lingers } from './linger.js'
import type { Ailment, Machine } from './scheduler.js'

/** Whether the user's manager, and checks with it, ends at the last logout. What cannot be told is no finding. */
export async function auditLinger(machine: Machine): Promise<readonly Ailment[]> {
  const user = thisUser().name ?? String(machine.uid)
  if ((await lingers(machine, user)) !== false) return []
  const because = `lingering is off for ${user}: checks, and agents that a check started, end at the last logout and do not begin at boot`
  return [{ code: 'linger-off', severity: 'warning', because, mend: `sudo loginctl enable-linger ${user}` }]
}
