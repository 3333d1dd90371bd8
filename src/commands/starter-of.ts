import type { Starter } from '../remember/starter-schema.js'
import type { ScheduleSight } from '../schedulers/scheduler.js'

/** How a schedule stands, as documents tell it. */
export const starterOf = ({ scheduler, slug, active, next, says }: ScheduleSight): Starter => ({
  scheduler,
  slug,
  active: active.known ? active.value : null,
  next: next === undefined ? null : new Date(next).toISOString(),
  says: active.known ? says : active.why,
})
