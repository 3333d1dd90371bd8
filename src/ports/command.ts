import type { Writable } from 'node:stream'
import { cannotTell, type Known, known } from '../domain/known.js'
import { begin } from './begin-child.js'
import type { Answer, Begun } from './begin-question.js'
import { inTime, killGroup } from './child-group.js'
import { clear, collect, collectEnds, type Output, type Room, roomForAll } from './child-output.js'
import { now, ticks } from './clock.js'
import { demandDescriptors } from './descriptors.js'
import { type Ending, failureText } from './failure-text.js'
import type { HeadStart } from './head-start.js'
import { processOf } from './processes.js'
import { baseName, findProgram } from './program-path.js'

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

/** `missing`: no such program on the PATH it was given. `not-started`: the system refused (no such folder, too many processes …). */
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

/** Runs programs for one check, each with a deadline inside the run's own, and counts them. Nothing here throws. */
export interface Commands {
  run(command: Command): Promise<CommandResult>
  /** Milliseconds left until the run's own deadline. */
  left(): number
  /** Every program that was started, by its base name. */
  tally(): readonly ProgramTally[]
  /** All is asked that may have been begun ahead: what nobody wanted is ended. */
  endHeadStart(): void
  /** Ends the process groups of all children that still run. */
  killAll(): void
}

interface Tallies {
  readonly room: Room
  readonly groups: Set<number>
  readonly programs: Map<string, { calls: number; ms: number }>
  readonly headStart: HeadStart | undefined
}

/** A runner whose children all end by `endsAt` (epoch ms). `headStart`: what was begun before, and is taken where exactly that is to be run. */
export function createCommands(endsAt: number, headStart?: HeadStart): Commands {
  const tallies: Tallies = { room: roomForAll(), groups: new Set(), programs: new Map(), headStart }
  // A clock that is set back gives no time; one that jumps ahead, as after a sleep, takes it: what was seen before is old.
  const endTick = ticks() + endsAt - now()
  const left = () => Math.max(0, Math.min(endsAt - now(), endTick - ticks()))
  return {
    left,
    async run(command) {
      const limit = Math.min(command.deadline, left())
      if (limit <= 0) return failed(command, { kind: 'timeout', detail: 'not started: no time is left in this check' })
      try {
        return await runChild(command, limit, tallies)
      } catch (error) {
        return failed(command, { kind: 'not-started', detail: words(error) })
      }
    },
    tally: () => [...tallies.programs].map(([program, { calls, ms }]) => ({ program, calls, ms })),
    endHeadStart: () => headStart?.end(),
    killAll: () => tallies.groups.forEach(killGroup),
  }
}

/** Runs one child. */
async function runChild(command: Command, limit: number, tallies: Tallies): Promise<CommandResult> {
  const { room, groups, programs, headStart } = tallies
  const { program, env, before } = command
  // Found here and not by the system, which would also look in the folder it works in where PATH has a place that is no absolute path.
  const found = findProgram(program, env)
  if (found === undefined && (before || !program.includes('/'))) return failed(command, { kind: 'missing' })
  const path = found ?? program
  const since = ticks()
  const ahead = before ? undefined : headStart?.take(command, path)
  const { child, ending } = ahead ?? (await beginNow(command, path))
  const { pid } = child
  if (pid === undefined) return ended(command, await ending)
  groups.add(pid)
  const stop = () => killGroup(pid)
  const output = { stdout: collect(child.stdout, room, stop), stderr: collectEnds(child.stderr, stop) }
  try {
    const refusal = before && letBegin(before, pid, child.stdin)
    const answer = await inTime(child, ending, limit)
    if (refusal) return failed(command, { kind: 'not-started', detail: refusal })
    return answer ? ended(command, answer, output) : failed(command, { kind: 'timeout', limit }, output)
  } finally {
    groups.delete(pid)
    if (groups.size === 0) clear(room)
    count(programs, baseName(program), Math.round(ticks() - since))
  }
}

function beginNow(command: Command, path: string): Promise<Begun> {
  demandDescriptors()
  return begin(command, path)
}

function count(programs: Tallies['programs'], name: string, took: number): void {
  const { calls, ms } = programs.get(name) ?? { calls: 0, ms: 0 }
  programs.set(name, { calls: calls + 1, ms: ms + took })
}

/** Gives a waiting child its line once `before` has returned; else ends it and returns why. */
function letBegin(before: NonNullable<Command['before']>, pid: number, stdin: Writable | null): string | undefined {
  stdin?.on('error', () => undefined)
  try {
    const startTime = processOf(pid)?.startTime
    if (startTime === undefined) return 'it ended before it could begin'
    before({ pid, startTime })
    stdin?.end('go\n')
    return undefined
  } catch (error) {
    killGroup(pid)
    return words(error)
  }
}

interface Outputs {
  readonly stdout: Output
  readonly stderr: Output
}

function ended(command: Command, { exitCode, signal, error }: Answer, output?: Outputs): CommandResult {
  if (error?.code === 'ENOENT' && !findProgram(command.program, command.env))
    return failed(command, { kind: 'missing' })
  const tooMuch = output?.stdout.tooMuch() ?? output?.stderr.tooMuch()
  if (tooMuch !== undefined) return failed(command, { kind: 'too-much-output', limit: tooMuch }, output)
  if (signal !== undefined) return failed(command, { kind: 'signal', detail: signal }, output)
  if (exitCode === undefined || !output) return failed(command, { kind: 'not-started', detail: error?.message ?? '' })
  if (exitCode === 0) return { ok: true, stdout: output.stdout.text(), stderr: output.stderr.text() }
  return failed(command, { kind: exitCode === 127 && command.before ? 'missing' : 'exit', exitCode }, output)
}

function failed(command: Command, ending: Ending, output?: Outputs): CommandResult {
  const said = { stdout: output?.stdout.text() ?? '', stderr: output?.stderr.text() ?? '' }
  const failure = failureText(command, ending, said)
  return { ok: false, kind: ending.kind, exitCode: ending.exitCode, ...said, failure }
}

/** The answer of a program: its stdout, or why nobody can tell. */
export const answer = (result: CommandResult): Known<string> =>
  result.ok ? known(result.stdout) : cannotTell(result.failure)

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))
