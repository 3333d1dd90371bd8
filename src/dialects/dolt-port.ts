import { join } from 'node:path'
import * as z from 'zod/mini'
import { readJson, readText } from '../ports/files.js'
import type { Environment } from './dialect.js'

/** The `port` of the `listener` in what gt writes for the Dolt server. */
const listenerPort =
  /^listener:[^\S\n]*(?:#.*)?\n(?:[^\S\n]+.*\n|[^\S\n]*\n|#.*\n)*?[^\S\n]+port:[^\S\n]*(\d+)[^\S\n]*(?:#.*)?$/m

const number = z.lazy(() => z.union([z.int().check(z.positive()), z.string().check(z.regex(/^\d+$/))]))
const port = z.lazy(() => z.pipe(number, z.transform(String)))
/** What is not as expected there says nothing. */
const perhaps = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined)
const daemonSchema = z.lazy(() =>
  z.object({
    env: perhaps(z.object({ GT_DOLT_PORT: perhaps(port) })),
    patrols: perhaps(z.object({ dolt_server: perhaps(z.object({ port: z.optional(port) })) })),
  }),
)

/** The first that is set counts. */
const variables = ['GT_DOLT_PORT', 'BEADS_DOLT_SERVER_PORT', 'BEADS_DOLT_PORT'] as const

/** Where the town's Dolt server listens: as its own configuration says, else the environment, else the daemon's settings;
 *  undefined when nobody says, then gt and bd take what their files say. */
export function doltPort(root: string, env: Environment): string | undefined {
  const given = variables.map((name) => env[name]).find((value) => value !== undefined && value !== '')
  return configuredPort(root) ?? given ?? daemonsPort(root)
}

function configuredPort(root: string): string | undefined {
  const text = readText(join(root, '.dolt-data', 'config.yaml'))
  return text.known ? listenerPort.exec(text.value ?? '')?.[1] : undefined
}

function daemonsPort(root: string): string | undefined {
  const file = readJson(join(root, 'mayor', 'daemon.json'))
  const settings = file.known ? daemonSchema.safeParse(file.value).data : undefined
  return settings?.env?.GT_DOLT_PORT ?? settings?.patrols?.dolt_server?.port
}
