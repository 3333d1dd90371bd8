import type { AgentSight } from '../domain/snapshot.js'
import type { Told } from './document.js'

/** Every observation of a check, one line each. */
export function observations({ heartbeat, children }: Told): readonly string[] {
  const { snapshot } = heartbeat
  const agents = snapshot?.agents.map(agentLine) ?? []
  const asked = children.map(
    ({ program, calls, ms }) => `${program}: ${calls} ${calls === 1 ? 'call' : 'calls'}, ${ms} ms`,
  )
  return [...agents, ...(snapshot?.notes ?? []), ...asked]
}

function agentLine({ address, liveness, bead, restraint }: AgentSight): string {
  const reports = !bead.known
    ? 'bead not seen'
    : bead.value === null
      ? 'no bead'
      : `bead says ${bead.value.state || 'nothing'}`
  const hook = bead.known && bead.value?.hook ? `, ${bead.value.hook} on its hook` : ''
  const held = restraint === undefined ? '' : `; ${restraint.because}`
  return `${address} ${liveness.state}: ${liveness.because}; ${reports}${hook}${held}`
}
