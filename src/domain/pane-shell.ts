import type { Process } from './session.js'
import { type RunningShell, shellOfProcess, taskOf } from './shells.js'

/** Programs that live beside a shell and are no agent: the helper of a prompt, and keepers of keys. */
const companions = /^(gitstatusd|ssh-agent$|gpg-agent$|dbus-daemon$|dbus-launch$)/

/** The processes of one pane. */
export interface PaneTree {
  readonly own: Process
  /** Everything else that lives below it or on its terminal. */
  readonly others: readonly Process[]
}

/** The processes that are at work in a pane; none if only shells wait there for a person, the pane's own among them.
 *  `shells`: see `shellNames`. */
export function busyIn(tree: PaneTree, shells: readonly string[]): readonly Process[] {
  const all = [tree.own, ...tree.others]
  const isIdle = (process: Process) => isWaiting(process, tree, shells)
  const busy = all.filter((process) => !isIdle(process) && !isCompanion(process) && !isHelper(process, tree))
  const isInFront = all.some((process) => process.group === tree.own.foreground && isIdle(process))
  // The foreground group of the terminal is of no process that is seen.
  if (busy.length === 0) return isInFront ? [] : [tree.own]
  // What a shell runs tells a person more than the shell.
  const programs = busy.filter((process) => shellOfProcess(process, shells) === undefined)
  return programs.length > 0 ? programs : busy
}

/** Whether a process is a shell that prompts on its terminal, and sleeps until a person types. */
function isWaiting(process: Process, tree: PaneTree, shells: readonly string[]): boolean {
  const shell = shellOfProcess(process, shells)
  if (shell === undefined || taskOf(shell).kind !== 'prompt') return false
  return sleeps(process) && readsTerminal(process) && (process === tree.own || !isCopy(process, tree))
}

const sleeps = ({ state }: Process): boolean => state === 'S' || state === 'I'

/** A shell whose commands come from a file or a pipe runs a script. tcsh reads its terminal elsewhere and has /dev/null there. */
const readsTerminal = ({ input }: Process): boolean => input === undefined || input.startsWith('/dev/')

/** A copy of a shell runs commands of that shell, though it looks like a shell that waits. */
function isCopy({ isCopy, parent, argv }: Process, { own, others }: PaneTree): boolean {
  if (isCopy !== undefined) return isCopy
  const above = [own, ...others].find(({ pid }) => pid === parent)
  return above !== undefined && above.argv.join('\0') === argv.join('\0')
}

const isCompanion = ({ comm }: Process): boolean => companions.test(comm)

/** A copy of a shell that sleeps for the prompt, as zsh has them: it looks after a companion, or waits for questions on a terminal
 *  of its own or on a file without a name. */
function isHelper(process: Process, tree: PaneTree): boolean {
  if (process === tree.own || !sleeps(process) || !isCopy(process, tree)) return false
  const below = tree.others.filter(({ parent }) => parent === process.pid)
  if (below.length > 0) return below.every(isCompanion)
  const isElsewhere = process.foreground > 0 && process.foreground !== tree.own.foreground
  return isElsewhere || process.input === '/dev/null' || process.input?.endsWith(' (deleted)') === true
}

/** Programs that lead to other processes, and run in an agent's place if a shell's profile starts them. */
const gateways =
  /^(tmux|screen|zellij|byobu|dtach|abduco|ssh|mosh|mosh-client|su|sudo|doas|login|script|docker|podman|nsenter|toolbox|distrobox)\b/

/** Whether a process may be the agent of which only its start is known: it is neither a waiting shell nor a way to elsewhere. */
export function canBeAgent(process: Process, shell: RunningShell | undefined): boolean {
  if (shell !== undefined) return taskOf(shell).kind !== 'prompt'
  return !gateways.test(process.comm)
}
