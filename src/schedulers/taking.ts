import { InstallError } from '../errors.js'
import type { Step } from './scheduler.js'

/** What was done so far, one line each, and what a person should know. */
export interface Account {
  readonly done: string[]
  readonly notes: string[]
}

/** An account in which nothing stands yet. */
export const newAccount = (): Account => ({ done: [], notes: [] })

/** Takes the steps one after the other. Throws InstallError at the first that fails. */
export async function takeSteps(steps: readonly Step[], account: Account): Promise<void> {
  for (const step of steps) {
    account.notes.push(...(await step.take()))
    const [line] = step.says
    if (line !== undefined && !line.startsWith('#')) account.done.push(line.replace(/:$/, ''))
  }
}

/** Does something of which the account is kept; an InstallError out of it says what was done before. `mend`: what to type. */
export async function accountable<T>(account: Account, mend: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof InstallError)) throw error
    if (account.done.length === 0) throw new InstallError(`${error.message}\n  nothing was done`, { cause: error })
    const done = account.done.map((line) => `    ${line}`)
    throw new InstallError([error.message, '  done before that:', ...done, `  ${mend}`].join('\n'), { cause: error })
  }
}
