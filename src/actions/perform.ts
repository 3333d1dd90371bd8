import type { Action, Outcome } from '../domain/action.js'
import { carryOutRequest } from './carry-out-request.js'
import { closeMail } from './close-mail.js'
import { forgetSpawn } from './forget-spawn.js'
import { markDead } from './mark-dead.js'
import { notify } from './notify.js'
import type { Performing } from './performing.js'
import { recordSpawns } from './record-spawns.js'
import { start } from './start.js'
import { triggerSpawn } from './trigger-spawn.js'

/** Does one action by the performer of its kind. */
export function perform(performing: Performing, action: Action): Promise<Outcome> {
  switch (action.kind) {
    case 'start':
      return start(performing, action)
    case 'cycle':
    case 'restart':
    case 'shutdown':
      return carryOutRequest(performing, action)
    case 'close-mail':
      return closeMail(performing, action)
    case 'record-spawns':
      return recordSpawns(performing, action)
    case 'trigger-spawn':
      return triggerSpawn(performing, action)
    case 'forget-spawn':
      return forgetSpawn(performing, action)
    case 'mark-dead':
      return markDead(performing, action)
    case 'notify':
      return notify(performing, action)
  }
}
