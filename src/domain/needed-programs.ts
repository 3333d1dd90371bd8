/** A program that a check runs. */
export interface NeededProgram {
  /** Its name on PATH, or its absolute path. */
  readonly program: string
  /** Without it a check is `unavailable` (69); without the others it is a warning. */
  readonly isRequired: boolean
  /** Consequence of its absence. */
  readonly effect: string
}

/** Settings and surroundings that decide which programs a check needs. */
export interface ProgramNeeds {
  /** gt starts the agents of this town. */
  readonly startsByGt: boolean
  /** Worktrees are updated before a start. */
  readonly updatesWorktrees: boolean
  /** Absolute path of the shell that starts agents; '' where none is wanted or the account names none. */
  readonly shell: string
  /** systemd would end a tmux server together with the unit that started it. */
  readonly wantsOwnUnit: boolean
}

/** Programs that a check of such a town runs. */
export const neededPrograms = (needs: ProgramNeeds): readonly NeededProgram[] => [
  { program: 'tmux', isRequired: true, effect: 'no session can be checked' },
  { program: 'bd', isRequired: true, effect: 'mail and hooks cannot be read' },
  {
    program: 'gt',
    isRequired: true,
    effect: needs.startsByGt ? 'no agent can be started and no notice sent' : 'no notice can be sent',
  },
  ...optional(
    needs.updatesWorktrees,
    'git',
    'worktrees are not updated before a start, and no polecat with open work is started',
  ),
  ...optional(needs.shell !== '', needs.shell, 'agents are started through /bin/sh'),
  ...optional(needs.wantsOwnUnit, 'systemd-run', 'a tmux server that a check starts stays in the unit of that check'),
]

const optional = (isNeeded: boolean, program: string, effect: string): readonly NeededProgram[] =>
  isNeeded ? [{ program, isRequired: false, effect }] : []
