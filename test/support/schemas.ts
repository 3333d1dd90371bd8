import * as z from 'zod'
import { configSchema } from '../../src/config/schema.js'
import { doctorSchema } from '../../src/doctor/schema.js'
import { historySchema } from '../../src/remember/history-schema.js'
import { statusSchema } from '../../src/remember/status-schema.js'
import { reportSchema } from '../../src/report-schema.js'

/** A JSON Schema of the package, as it must stand in `docs/schema/`. */
export interface PublishedSchema {
  readonly file: string
  readonly text: string
}

const titles = {
  'report.schema.json': 'What gt-heartbeat --once --json and --lifecycle --json print',
  'status.schema.json': 'What gt-heartbeat status --json prints',
  'doctor.schema.json': 'What gt-heartbeat doctor --json prints',
  'history.schema.json': 'What gt-heartbeat history --json prints',
  'config.schema.json': 'The configuration of gt-heartbeat: <town>/daemon/heartbeat.config.json',
}

/** `format: date-time` says it; the pattern that zod adds is a page long. */
const withoutTimePattern = ({ jsonSchema }: { readonly jsonSchema: { format?: unknown; pattern?: unknown } }): void => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
}

const published = (file: keyof typeof titles, schema: z.core.$ZodType, io: 'input' | 'output'): PublishedSchema => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', override: withoutTimePattern })
  return { file, text: `${JSON.stringify({ $schema, title: titles[file], ...rest }, undefined, 2)}\n` }
}

/** Every published schema, made from the one that the program itself goes by. */
export const publishedSchemas = (): readonly PublishedSchema[] => [
  published('report.schema.json', reportSchema, 'output'),
  published('status.schema.json', statusSchema, 'output'),
  published('doctor.schema.json', doctorSchema, 'output'),
  published('history.schema.json', historySchema, 'output'),
  published('config.schema.json', configSchema, 'input'),
]
