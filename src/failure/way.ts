import type { FailureLetter, FailureNews } from '../domain/failure-letter.js'
import type { Settings } from '../domain/settings.js'
import type { CommandResult, Commands, FailureKind } from '../ports/command.js'

/** What somebody is told, and what there is to tell it with. */
export interface Telling {
  readonly news: FailureNews
  readonly letter: FailureLetter
  /** Undefined: no town was found. */
  readonly root: string | undefined
  readonly settings: Settings | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly commands: Commands
}

/** What became of it. `absent`: there is no such thing on this machine. `failed` and perhaps gone out: it is not tried again. */
export type Told =
  | { readonly how: 'told' }
  | { readonly how: 'absent'; readonly why: string }
  | { readonly how: 'failed'; readonly why: string; readonly perhaps: boolean }

/** One way to tell somebody. */
export interface Way {
  /** Remembered under this name. */
  readonly name: 'system log' | 'desktop' | 'mail to mayor/' | 'onFailure'
  tell(telling: Telling): Promise<Told>
}

/** For a notice that may take a moment to be shown, milliseconds. */
export const noticeDeadline = 10_000

const killed: readonly FailureKind[] = ['timeout', 'signal', 'too-much-output']

/** How a program that tells somebody ended; of one that was killed nobody knows whether it had. */
export function toldBy(result: CommandResult): Told {
  if (result.ok) return { how: 'told' }
  if (result.kind === 'missing') return { how: 'absent', why: result.failure }
  return { how: 'failed', why: result.failure, perhaps: killed.includes(result.kind) }
}
