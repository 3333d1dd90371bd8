import { quietEnvironment } from './child-environment.js'
import type { Environment } from './dialect.js'
import { doltPort } from './dolt-port.js'

/** They would lead bd elsewhere than the folder it is run in says, or let it speak for somebody. */
const misleading = new Set([
  'BEADS_ACTOR',
  'BEADS_DOLT_DATA_DIR',
  'BEADS_DOLT_SERVER_DATABASE',
  'BEADS_DOLT_SERVER_PORT',
  'BEADS_DOLT_SHARED_SERVER',
])

/** What gt and bd are run with in a current town: the town's name, and where its Dolt server listens. */
export function townEnvironment(root: string, env: Environment): Record<string, string> {
  const port = doltPort(root, env)
  const ports = port === undefined ? {} : { GT_DOLT_PORT: port, BEADS_DOLT_PORT: port }
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !misleading.has(name)))
  return quietEnvironment(own, { GT_TOWN_ROOT: root, GT_ROOT: root, ...ports })
}
