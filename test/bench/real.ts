import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeCurrentTown } from '../support/current-town.js'
import { currentLife } from '../support/current-town-life.js'
import { currentPrograms, type Missing, realPrograms, type TownPrograms } from '../support/real-programs.js'
import { makeRealTown, type RealTown } from '../support/real-town.js'
import { townLife } from '../support/real-town-life.js'
import type { Subject } from './measure.js'
import { type Form, measure, type Row } from './rounds.js'
import { ourSubjects } from './subjects.js'

/** A real town in which everybody is at work. */
async function raise(kind: 'classic' | 'current'): Promise<{ town: RealTown; programs: TownPrograms } | Missing> {
  if (kind === 'classic') {
    const programs = realPrograms()
    if ('missing' in programs) return programs
    const town = await makeRealTown(programs)
    await townLife(town).everybodyAtWork()
    return { town, programs }
  }
  const programs = currentPrograms()
  if ('missing' in programs) return programs
  const town = await makeCurrentTown(programs)
  await currentLife(town).everybodyAtWork()
  return { town, programs }
}

/** A quiet check of a town that the real gt and bd made, of each kind whose programs are on PATH. What is missing is said, and not measured. */
export async function measureReal(
  { program, runs }: Pick<Form, 'program' | 'runs'>,
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const kind of ['classic', 'current'] as const) {
    const raised = await raise(kind)
    if ('missing' in raised) {
      say(`no real ${kind} town: ${raised.missing}`)
      continue
    }
    const where = `a real ${kind} town of one rig`
    say(where)
    try {
      rows.push(...measure(siteOf(raised.town), await subjectsOfReal(raised, program), { where, runs, isDead: false }))
    } finally {
      await raised.town.remove()
    }
  }
  return rows
}

const siteOf = ({ base, root, env }: RealTown) => ({ stage: base, root, env })

/** Its floor is made of the children that a check was seen to start, each alone. */
async function subjectsOfReal(
  { town, programs }: { readonly town: RealTown; readonly programs: TownPrograms },
  program: string,
) {
  await town.check()
  const { children } = await town.check()
  withoutRecorders(town, programs)
  const alone = children.map((call, nth): Subject => {
    const { args, cwd, env } = call
    return { name: `${call.program} alone (child ${nth + 1})`, words: [call.program, ...args], cwd, env }
  })
  return { ...ourSubjects(siteOf(town), program, []), children: alone, least: undefined, serial: undefined }
}

/** What writes down who was started costs time. */
function withoutRecorders({ programs: { bin } }: RealTown, { gt, bd, git, tmux }: TownPrograms): void {
  for (const [name, path] of Object.entries({ gt, bd, git, tmux })) {
    rmSync(join(bin, name), { force: true })
    symlinkSync(path, join(bin, name))
  }
}
