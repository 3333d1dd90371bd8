import * as z from 'zod/mini'
import { starterSchema } from '../remember/starter-schema.js'

const finding = z.looseObject({
  code: z.string().check(z.describe('stable: unit-masked, linger-off …')),
  severity: z.enum(['error', 'warning']),
  because: z.string().check(z.describe('what was found, where')),
  mend: z.nullable(z.string()).check(z.describe('what to type; null: only a person can tell')),
})

/** The JSON document of `gt-heartbeat doctor`. Published as `docs/schema/doctor.schema.json`; within one `schema` number fields are only ever added. */
export const doctorSchema = z.looseObject({
  schema: z.literal(1),
  version: z.string(),
  at: z.iso.datetime().check(z.describe('RFC 3339, in UTC')),
  town: z.looseObject({
    root: z.nullable(z.string()).check(z.describe('null: no town was found')),
    dialect: z
      .optional(z.nullable(z.string()))
      .check(z.describe('what kind of town checks take it for; null: no town was found')),
  }),
  schedules: z.array(starterSchema).check(z.describe('who starts checks of this town; what was installed comes first')),
  findings: z.array(finding).check(z.describe('errors first')),
  exitCode: z.literal([0, 1, 2]).check(z.describe('0: nothing found; 1: warnings; 2: errors')),
})

export type Diagnosis = z.output<typeof doctorSchema>
