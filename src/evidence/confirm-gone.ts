import { address } from '../domain/agent.js'
import { blind } from '../domain/liveness.js'
import type { Pane } from '../domain/session.js'
import type { Sighting } from '../domain/session-sight.js'
import type { Town } from '../town.js'
import { type Place, type Suspect, survivors } from './survivors.js'
import { unreachableServer } from './unreachable-server.js'

/** What is so of an agent that its session shows to be gone: no session, or an empty one, proves nothing about its process. */
export async function confirmGone(
  town: Town,
  suspect: Suspect,
  { sighting, ...place }: Omit<Place, 'everywhere'> & { readonly sighting: Sighting; readonly panes: readonly Pane[] },
): Promise<Sighting> {
  const { state } = sighting.liveness
  if (state !== 'dead' && state !== 'zombie') return sighting
  const unreached = await unreachableServer(town, place.panes)
  if (unreached !== undefined) return { ...sighting, liveness: blind(unreached) }
  const found = await survivors(town, [suspect], { ...place, everywhere: true })
  return { ...sighting, liveness: found.get(address(suspect.agent))?.liveness ?? sighting.liveness }
}
