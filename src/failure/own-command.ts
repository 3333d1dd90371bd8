import { runOnFailure } from '../remember/alarm.js'
import { type Telling, type Told, toldBy, type Way } from './way.js'

/** What the configuration names: `onFailure`. */
export const ownCommand: Way = {
  name: 'onFailure',
  async tell({ news, root, settings, env, commands }: Telling): Promise<Told> {
    if (root === undefined || settings === undefined) return { how: 'absent', why: 'no town was found' }
    const { exitCode, failing, because, inARow } = news
    const result = await runOnFailure(
      { root, settings, env, commands },
      { exitCode, verdict: failing === 'critical' ? 'critical' : 'unknown', because, inARow },
    )
    return result === undefined ? { how: 'absent', why: 'none is configured' } : toldBy(result)
  },
}
