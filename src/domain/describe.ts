import type { Action } from './action.js'
import { address } from './agent.js'
import { quote } from './quote.js'

/** A planned deed as one line, the same in a dry run, the report and the log: what, to whom, and why. */
export function describe(action: Action): string {
  return `${deedOf(action)}: ${oneLine(action.because)}`
}

/** The deed itself: what and to whom. */
export function deedOf(action: Action): string {
  switch (action.kind) {
    case 'start':
      return action.zombie === undefined
        ? `start ${address(action.agent)}`
        : `replace the dead session of ${address(action.agent)}`
    case 'cycle':
    case 'restart':
    case 'shutdown':
      return `${action.claimed ? 'finish the ' : ''}${action.kind} of ${address(action.agent)} asked for by mail ${quote(action.mailId)}`
    case 'close-mail':
      return `close mail ${quote(action.mailId)}${action.agent === undefined ? '' : ` of ${address(action.agent)}`}`
    case 'record-spawns':
      return `record the pending spawn of ${action.spawns.map(({ rig, polecat }) => `${rig}/${polecat}`).join(', ')}`
    case 'trigger-spawn':
      return `${action.enterOnly ? 'press Enter for' : 'type Begin. to'} ${address(action.agent)}`
    case 'forget-spawn':
      return `forget the pending spawn of ${action.spawn.rig}/${action.spawn.polecat}`
    case 'mark-dead':
      return `mark ${address(action.agent)} dead in its bead ${quote(action.bead.id)}`
    case 'notify':
      return `tell ${action.to} about ${address(action.agent)}`
  }
}

/** Foreign text never makes a second line. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
