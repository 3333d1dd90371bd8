import type { Agent } from './domain/agent.js'
import type { ExitCode } from './exit-codes.js'
import type { Town } from './town.js'

export type GateReason =
  | 'not-due'
  | 'busy'
  | 'unavailable'
  | 'config'
  | 'resident-daemon'
  | 'shutdown'
  | 'estop'
  | 'stood-down'
  | 'other-socket'
  | 'dialect'

/** Whether this check may act; when not, whether it may at least look. */
export type Gate =
  | { readonly open: true }
  | {
      readonly open: false
      readonly reason: GateReason
      readonly mayLook: boolean
      /** One line for a person: what was found and what to type. */
      readonly because: string
      readonly exitCode: ExitCode
    }

/** Asked before looking. The caller already holds our own lock (a dry run: knows it is free). */
export declare function askGate(town: Town): Promise<Gate>

/** Asked again right before each start, kill, keystroke: why not, or undefined when still allowed. */
export declare function forbidden(town: Town, agent: Agent): Promise<string | undefined>
