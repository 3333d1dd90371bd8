import * as z from 'zod/mini'

/** Who starts checks, as `status` and `doctor` tell it. */
export const starterSchema = z.looseObject({
  scheduler: z.enum(['systemd', 'launchd', 'cron']),
  slug: z.string().check(z.describe('the name of the schedule: default, or the instance')),
  active: z.nullable(z.boolean()).check(z.describe('null: it cannot be told')),
  next: z.nullable(z.iso.datetime()).check(z.describe('when it looks next whether a check is due')),
  says: z.string().check(z.describe('a line for people')),
})

export type Starter = z.output<typeof starterSchema>
