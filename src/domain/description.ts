/** What the lines of an agent bead's description say; '' where a line is missing, empty or `null`. */
export interface DescribedAgent {
  readonly role: string
  readonly rig: string
  readonly state: string
  readonly hook: string
}

/** Reads the `key: value` lines that gt writes into an agent's bead: keys in any case, cut at the first colon, the last line of a key wins. */
export function describedAgent(description: string): DescribedAgent {
  const values = new Map<string, string>()
  for (const line of description.split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const value = line.slice(colon + 1).trim()
    values.set(line.slice(0, colon).trim().toLowerCase(), value === 'null' ? '' : value)
  }
  const said = (key: string): string => values.get(key) ?? ''
  return { role: said('role_type'), rig: said('rig'), state: said('agent_state'), hook: said('hook_bead') }
}
