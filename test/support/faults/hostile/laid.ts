import type { HostileStage } from './hostile-stage.js'
import { type Contents, contentsOf } from './left-in-town.js'

/** What lies on a stage. */
export interface Laid {
  readonly town: Contents
  /** All but the town and what the stand-ins keep. */
  readonly around: Contents
}

/** All that lies there now. */
export function laidIn({ folder, root }: HostileStage): Laid {
  const all = [...contentsOf(folder)]
  const town = root.slice(folder.length + 1)
  return {
    town: new Map(
      all.filter(([path]) => path.startsWith(`${town}/`)).map(([path, text]) => [path.slice(town.length + 1), text]),
    ),
    around: new Map(
      all.filter(([path]) => path !== town && !path.startsWith(`${town}/`) && !/^(calls|panes|s)(\/|$)/.test(path)),
    ),
  }
}
