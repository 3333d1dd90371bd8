import type { Known } from '../domain/known.js'

/** One program to be run. Never through a shell. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment of the child; nothing else is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds until its process group is killed; the run's own deadline cuts it shorter. */
  readonly deadline: number
  /** The child waits for a line on stdin; it gets it once this has returned. For children that change something and may run long. */
  readonly before?: (child: { readonly pid: number; readonly startTime: string }) => void
}

export type FailureKind = 'missing' | 'timeout' | 'exit' | 'signal' | 'too-much-output' | 'not-started'

/** How a program ended. `failure` is one line for a person: program, what happened, its last words. */
export type CommandResult =
  | { readonly ok: true; readonly stdout: string; readonly stderr: string }
  | {
      readonly ok: false
      readonly kind: FailureKind
      readonly exitCode: number | undefined
      readonly stdout: string
      readonly stderr: string
      readonly failure: string
    }

export interface ProgramTally {
  readonly program: string
  readonly calls: number
  readonly ms: number
}

/** Runs programs for one check, each with a deadline inside the run's own, and counts them. */
export interface Commands {
  run(command: Command): Promise<CommandResult>
  /** Milliseconds left until the run's own deadline. */
  left(): number
  tally(): readonly ProgramTally[]
  /** Ends the process groups of all children that still run. */
  killAll(): void
}

/** A runner whose children all end by `endsAt` (epoch ms). */
export declare function createCommands(endsAt: number): Commands

/** The answer of a program: its stdout, or why nobody can tell. */
export declare function answer(result: CommandResult): Known<string>
