import type { Known } from '../domain/known.js'
import type { Process } from '../domain/session.js'
import type { Commands } from './command.js'

/** Every process of the machine: /proc on Linux, one `ps` on macOS. */
export declare function allProcesses(commands: Commands): Promise<Known<readonly Process[]>>

/** One process, or undefined when there is none (a zombie counts as there, state Z). Throws when it cannot be told. */
export declare function processOf(pid: number): Process | undefined

/** `process` and everything below it, itself first. */
export declare function treeBelow(processes: readonly Process[], pid: number): readonly Process[]
