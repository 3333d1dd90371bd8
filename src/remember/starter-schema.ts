import * as z from 'zod'

/** Who starts checks, as `status` and `doctor` tell it. */
export const starterSchema = z.looseObject({
  scheduler: z.enum(['systemd', 'launchd', 'cron']),
  slug: z.string().describe('the name of the schedule: default, or the instance'),
  active: z.boolean().nullable().describe('null: it cannot be told'),
  next: z.iso.datetime().nullable().describe('when it looks next whether a check is due'),
  says: z.string().describe('a line for people'),
})

export type Starter = z.output<typeof starterSchema>
