import { dirname } from 'node:path'
import { shellWord as shown } from '../domain/quote.js'
import { InstallError } from '../errors.js'
import type { CommandResult } from '../ports/command.js'
import { exists, removeFile } from '../ports/files.js'
import { makeFolders } from '../ports/places-taken.js'
import { writeThrough } from '../ports/write-file.js'
import type { Machine, ScheduleFile, Step } from './scheduler.js'

/** Milliseconds that a program of the scheduler's is given. */
const patience = 20_000

/** Runs a program of the machine's, in `/` and with the machine's environment. Never throws: it says how the program ended. */
export function ask(machine: Machine, argv: readonly string[], deadline: number = patience): Promise<CommandResult> {
  const [program = '', ...args] = argv
  return machine.commands.run({ program, args, cwd: '/', env: environmentOf(machine), deadline })
}

function environmentOf({ env }: Machine): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

type Failure = Extract<CommandResult, { readonly ok: false }>

interface Leniency {
  /** Milliseconds. */
  readonly deadline?: number
  /** What a person should know of a failure with which the installation can go on; undefined: it cannot. */
  readonly forgive?: (failure: Failure) => readonly string[] | undefined
}

/** Runs a command. Its failure ends the installation unless it is forgiven. */
export function commandStep(machine: Machine, argv: readonly string[], leniency: Leniency = {}): Step {
  return {
    says: [commandLine(argv)],
    async take() {
      const result = await ask(machine, argv, leniency.deadline)
      if (result.ok) return []
      const forgiven = leniency.forgive?.(result)
      if (forgiven === undefined) throw new InstallError(result.failure)
      return forgiven
    },
  }
}

/** Forgives every failure and says nothing of it: for what is only a courtesy. */
export const whatever = { forgive: (): readonly string[] => [] }

/** Writes a file, in place of whatever is there; its folder is made. */
export function writeStep({ path, text, mode }: Omit<ScheduleFile, 'shared'>): Step {
  return {
    says: [`write ${shown(path)} (${mode.toString(8).padStart(4, '0')}):`, ...indented(text)],
    take: () =>
      attempt(`${path} cannot be written`, () => {
        makeFolders(dirname(path))
        writeThrough(path, text, mode)
      }),
  }
}

/** Removes a file; one that is gone already is fine. */
export const removeStep = (path: string): Step => ({
  says: [`rm ${shown(path)}`],
  take: () => attempt(`${path} cannot be removed`, () => removeFile(path)),
})

/** Makes a folder and its parents, 0700; one that is there stays as it is. */
export const folderStep = (path: string): Step => ({
  says: exists(path) ? [] : [`mkdir -p ${shown(path)}`],
  makes: path,
  take: () => attempt(`${path} cannot be made`, () => makeFolders(path)),
})

/** Does something to files. Throws InstallError that says what could not be done, and why. */
export async function attempt(failure: string, act: () => void): Promise<readonly string[]> {
  try {
    act()
    return []
  } catch (error) {
    throw new InstallError(`${failure}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

export { shown }

/** Words as a shell reads them. */
export const commandLine = (argv: readonly string[]): string => argv.map(shown).join(' ')

/** A text under what it is the text of, four blanks in. */
export const indented = (text: string): readonly string[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
