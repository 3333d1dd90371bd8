import { misleading, quietEnvironment } from './child-environment.js'
import type { Environment } from './dialect.js'
import { doltPort } from './dolt-port.js'

/** What gt and bd are run with in a current town: the town's name, and where its Dolt server listens. */
export function townEnvironment(root: string, env: Environment): Record<string, string> {
  const port = doltPort(root, env)
  const ports = port === undefined ? {} : { GT_DOLT_PORT: port, BEADS_DOLT_PORT: port }
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !misleading.has(name)))
  return quietEnvironment(own, { GT_TOWN_ROOT: root, GT_ROOT: root, ...ports })
}
