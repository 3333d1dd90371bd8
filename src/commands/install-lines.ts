import type { Volume } from '../report/telling.js'
import { type Ending, textOf } from '../request.js'
import type { Plan, Wish } from '../schedulers/put-in-place.js'
import { defaultSlug, type ScheduleSight } from '../schedulers/scheduler.js'

/** An installation that was done, or rehearsed. */
export interface Installation {
  readonly wish: Wish
  readonly plan: Plan
  /** What a person should know. */
  readonly notes: readonly string[]
  readonly dryRun: boolean
  /** Every step: with its full text before, with its first line after it was done. */
  readonly says: readonly string[]
  readonly sight: ScheduleSight | undefined
}

interface Telling {
  readonly volume: Volume
  readonly json: boolean
}

/** What is printed: notes on stderr, or one document. */
export function installEnding(installation: Installation, { volume, json }: Telling): Ending {
  if (json) return { stdout: `${JSON.stringify(documentOf(installation))}\n`, stderr: '', exitCode: 0 }
  const stderr = textOf(installation.notes.map((note) => `gt-heartbeat: ${note}`))
  return { stdout: volume === 'quiet' ? '' : textOf(linesOf(installation)), stderr, exitCode: 0 }
}

function documentOf({ wish, plan, notes, dryRun, says, sight }: Installation) {
  const { schedule, scheduler } = wish
  return {
    schema: 1,
    slug: schedule.slug,
    town: schedule.town,
    scheduler: scheduler.name,
    dryRun,
    files: plan.placements.map(({ path, change, beside }) => ({ path, change, beside: beside ?? null })),
    steps: says,
    notes,
    next: sight === undefined ? null : { at: utc(sight.next), says: sight.says },
  }
}

const utc = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())

function linesOf(installation: Installation): readonly string[] {
  const { wish, plan, dryRun, says } = installation
  const { schedule, scheduler } = wish
  const name = schedule.slug === defaultSlug ? '' : ` as ${schedule.slug}`
  const head = `${schedule.town}${name}, by ${scheduler.name}`
  if (dryRun) return [`would be scheduled: ${head}`, ...(says.length === 0 ? ['nothing is to be done'] : says)]
  const kept = plan.placements.filter(({ change }) => change === 'kept')
  return [
    `scheduled: ${head}`,
    ...(says.length === 0 ? ['it was so already, nothing was done'] : says.map((line) => `  ${line}`)),
    ...kept.map(({ path, beside }) => `kept: ${path} was not as it was installed; what stood there is now ${beside}`),
    ...nextLines(installation),
  ]
}

function nextLines({ sight }: Installation): readonly string[] {
  return sight === undefined
    ? []
    : [`next: ${sight.says}`, 'how it stands: gt-heartbeat status, and gt-heartbeat doctor']
}
