import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rigOf } from '../../src/domain/agent.js'
import { panesFormat } from '../../src/ports/tmux-panes.js'
import { serialLists, serialShow } from './answers.js'
import type { Site, Subject } from './measure.js'
import type { BenchAgent, BenchTown } from './town.js'

const node = process.execPath
const leastCheck = fileURLToPath(new URL('least.cjs', import.meta.url))
const gtRearm = fileURLToPath(new URL('../../scripts/gt-rearm', import.meta.url))

/** What is measured in a town, and the floors under it. */
export interface Subjects {
  /** A node that is given an empty file. */
  readonly emptyNode: Subject
  /** A shell that asks what time it is: what `gt-rearm` cannot do without. */
  readonly aShell: Subject
  /** The children that must be asked, each alone. */
  readonly children: readonly Subject[]
  /** A node that asks and writes as a quiet check does, and nothing else. */
  readonly least: Subject | undefined
  readonly check: Subject
  /** Where that ends within a few seconds. */
  readonly serial: Subject | undefined
  /** Each with an earlier check behind it that wrote down that none is due. */
  readonly notDue: readonly Subject[]
}

/** A check of a town in which somebody is dead only looks and decides, so that the next one finds the same. */
export function subjectsOf(
  town: BenchTown,
  { program, dead }: { readonly program: string; readonly dead: boolean },
): Subjects {
  const { tmux, agents } = town
  const bd = ['bd', '--readonly', 'show', agents[0]?.bead ?? '', '--json']
  const panes = ['tmux', '-u', '-S', tmux.socket, 'list-panes', '-a', '-F', panesFormat('nonce')]
  const children = [
    { name: 'bd alone', words: bd },
    { name: 'tmux alone', words: panes },
  ]
  // One question after the other takes minutes in a large one.
  const isSerial = !dead && agents.length <= 1000
  return {
    ...ourSubjects(town, program, dead ? ['--dry-run'] : []),
    children,
    least: dead ? undefined : leastOf(town, [bd, bd, panes]),
    serial: isSerial ? { name: 'one question after the other', words: ['sh', serialChecker(town)] } : undefined,
  }
}

/** What is measured in every town. `further`: words of the check. */
export function ourSubjects(
  { stage, root }: Site,
  program: string,
  further: readonly string[],
): Omit<Subjects, 'children' | 'least' | 'serial'> {
  const empty = join(stage, 'empty.cjs')
  writeFileSync(empty, '')
  const ours = [program, '--town', root]
  const cron = `exec ${node} ${program} --once --if-due --quiet --town ${root}`
  return {
    emptyNode: { name: 'an empty node', words: [node, empty] },
    aShell: { name: 'a shell that asks for the time', words: ['sh', '-c', 'now=$(date +%s)'] },
    check: { name: 'a check', words: [node, ...ours, '--once', ...further] },
    notDue: [
      { name: '--if-due, not due', words: [node, ...ours, '--once', '--if-due'] },
      { name: 'gt-rearm, not due', words: [gtRearm, 'run', 'false'] },
      { name: 'the cron line, not due', words: ['sh', '-c', cron] },
    ],
  }
}

function leastOf({ stage }: Site, questions: readonly (readonly string[])[]): Subject {
  const folder = join(stage, 'least')
  mkdirSync(folder, { recursive: true })
  return { name: 'the least that a check can be', words: [node, leastCheck, folder, JSON.stringify(questions)] }
}

/** The shape of the resident daemon: one question for each agent, one after the other, in its order. It decides nothing and costs
 *  nothing itself: a shell that starts the same children. Returns the path of its script. */
function serialChecker({ stage, root, tmux, agents }: BenchTown): string {
  const bd = (...words: readonly string[]): string => `bd ${words.join(' ')}`
  const show = (id: string): string => bd(...serialShow(id))
  const [listAgents, listMail] = serialLists
  const rigs = [...new Set(agents.map(({ agent }) => rigOf(agent)).filter((rig) => rig !== undefined))]
  const ofRole = (role: string): readonly BenchAgent[] => agents.filter(({ agent }) => agent.role === role)
  const questions = [
    ...[...ofRole('deacon'), ...ofRole('witness')].map(({ bead }) => show(bead)),
    // Announced spawns, and the mail that asks for something.
    ...[1, 2, 3].map(() => bd(...listMail)),
    // The six beads that it knows by name.
    ...[...ofRole('deacon'), ...ofRole('mayor'), ...agents.slice(2, 6)].map(({ bead }) => show(bead)),
    ...[...rigs, 'the orphaned work'].map(() => bd(...listAgents)),
    ...ofRole('polecat').map(
      ({ session, bead }) => `tmux -S ${tmux.socket} has-session -t =${session} || ${show(bead)}`,
    ),
  ]
  const path = join(stage, 'serial.sh')
  writeFileSync(path, `exec >/dev/null 2>&1\ncd ${root}\n${questions.join('\n')}\nexit 0\n`)
  return path
}
