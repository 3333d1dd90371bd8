import { join } from 'node:path'
import { InstallError } from '../errors.js'
import { now } from '../ports/clock.js'
import { keepCrontab, readCrontab, writeCrontab } from '../ports/crontab.js'
import { exists, makeFolder, removeFile } from '../ports/files.js'
import {
  type Block,
  findBlock,
  fromBytes,
  generatedBy,
  runsCommand,
  strangersIn,
  withBlock,
  withoutHeader,
} from './crontab-block.js'
import type { Machine, Step } from './scheduler.js'
import { attempt, indented } from './steps.js'

/** What is to become of one schedule's lines in the crontab. */
export interface Change {
  readonly slug: string
  /** One character a byte; '' takes them away. */
  readonly block: string
  /** How the block's one line ends in every version: what does not is somebody else's. One character a byte. */
  readonly script: string
}

/** What the crontab is and what it becomes. */
interface Planned {
  readonly before: string
  readonly after: string
  /** Lines in the block that somebody added. */
  readonly strangers: readonly string[]
}

/** What the crontab becomes. Throws InstallError where it cannot be read, its marks are damaged, or a program makes all of it. */
async function planChange(change: Change, machine: Machine): Promise<Planned> {
  const { slug, block, script } = change
  const read = await readCrontab(machine)
  if (!read.known) throw new InstallError(read.why)
  const before = read.value
  const found = findBlock(before, slug)
  if (found !== 'none' && 'damage' in found) {
    throw new InstallError(
      `the block of schedule ${slug} in the crontab is damaged: it ${found.damage}; mend or remove it with crontab -e, then try again`,
    )
  }
  const after = found === 'none' && !isWanted(before, change) ? before : changed(before, found, block)
  if (after !== before) refuseGenerated(before, change)
  return { before, after, strangers: found === 'none' ? [] : strangersIn(old(before, found), script) }
}

/** A crontab that a program makes has the line where it is made from, without our marks. */
const isWanted = (crontab: string, { block, script }: Change): boolean =>
  block !== '' && !(generatedBy(crontab) !== undefined && runsCommand(crontab, script))

function changed(crontab: string, found: Block | 'none', block: string): string {
  const text = withBlock(crontab, found, block)
  return withoutHeader(text) === '' ? '' : text
}

const old = (crontab: string, { start, end }: Block): string => crontab.slice(start, end)

function refuseGenerated(crontab: string, { block, slug }: Change): void {
  const line = generatedBy(crontab)
  if (line === undefined) return
  const wanted = fromBytes(block).split('\n')[1]
  const where = block === '' ? `take the block of gt-heartbeat ${slug} out` : `put this line in: ${wanted}`
  throw new InstallError(
    `the crontab says that a program makes it ("${fromBytes(line)}"), so it is left alone. Where it is made from, ${where}`,
  )
}

/** The one step that changes the crontab; none where it is as it should be. */
export async function changeSteps(change: Change, machine: Machine): Promise<readonly Step[]> {
  const { before, after } = await planChange(change, machine)
  const left = change.block === '' && runsCommand(after, change.script) ? [leftStep(change)] : []
  if (after === before) return left
  const says =
    change.block === ''
      ? [`crontab: the block of gt-heartbeat ${change.slug} is taken away, every other line stays as it is`]
      : ['crontab: this block, every other line stays as it is:', ...indented(fromBytes(change.block))]
  return [{ says, take: () => takeChange(change, machine) }, ...left]
}

/** Nothing to be done, only something to be known: what somebody wrote stays. */
const leftStep = ({ script }: Change): Step => ({
  says: [],
  take: async () => [
    `a line of the crontab's still runs ${fromBytes(script)}, which is gone: take it out with crontab -e`,
  ],
})

/** Reads anew, writes, and reads back. The crontab from before is kept until that has shown every other line as it was. */
async function takeChange(change: Change, machine: Machine): Promise<readonly string[]> {
  const { before, after, strangers } = await planChange(change, machine)
  if (after === before) return []
  const kept = await keep(before, change, machine)
  const failure = await writeAndRead(after, machine)
  if (failure !== undefined) throw new InstallError(`${failure}. The crontab as it was is in ${kept}`)
  if (strangers.length === 0) {
    removeFile(kept)
    return []
  }
  return [
    `the block in the crontab was edited (${strangers.map(fromBytes).join('; ')}): the crontab as it was is in ${kept}`,
  ]
}

async function keep(crontab: string, { slug }: Change, { configHome }: Machine): Promise<string> {
  const folder = join(configHome, 'gt-heartbeat')
  const time = new Date(now()).toISOString().replace(/\D/g, '').slice(0, 14)
  const free = (n: number): string => {
    const name = join(folder, `crontab-${slug}.kept-${time}${n === 0 ? '' : `-${n + 1}`}`)
    return exists(name) ? free(n + 1) : name
  }
  const path = free(0)
  await attempt(`${path} cannot be written, so the crontab is left as it is`, () => {
    makeFolder(folder)
    keepCrontab(path, crontab)
  })
  return path
}

/** Writes a crontab and sees that it is there. Returns what went wrong. */
async function writeAndRead(crontab: string, machine: Machine): Promise<string | undefined> {
  const refusal = await writeCrontab(crontab, machine)
  if (refusal !== undefined) return refusal
  const back = await readCrontab(machine)
  if (!back.known) return back.why
  if (back.value === crontab) return undefined
  if (withoutHeader(back.value) !== crontab) return 'crontab took the new lines, and prints others'
  const bare = withoutHeader(crontab)
  // Cron put its own head on top of the one that was there.
  return bare === crontab ? undefined : writeAndRead(bare, machine)
}
