/** What the lines of an agent bead's description say; '' where a line is missing, empty or `null`. */
export interface DescribedAgent {
  readonly role: string
  readonly rig: string
  readonly state: string
  readonly hook: string
  /** Present if gt could not push the branch, or not make the merge request, of work that is done. */
  readonly isDoneFailed?: true
}

type Name = Exclude<keyof DescribedAgent, 'isDoneFailed'> | 'pushFailed' | 'requestFailed'

/** Reads the `key: value` lines that gt writes into an agent's bead: keys in any case, cut at the first colon, the last line of a key wins. */
export function describedAgent(description: string): DescribedAgent {
  const said: Record<Name, string> = { role: '', rig: '', state: '', hook: '', pushFailed: '', requestFailed: '' }
  for (const line of description.split('\n')) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? undefined : names.get(line.slice(0, colon).trim().toLowerCase())
    if (name === undefined) continue
    const value = line.slice(colon + 1).trim()
    said[name] = value === 'null' ? '' : value
  }
  const { pushFailed, requestFailed, ...agent } = said
  return pushFailed === 'true' || requestFailed === 'true' ? { ...agent, isDoneFailed: true } : agent
}

const names: ReadonlyMap<string, Name> = new Map([
  ['role_type', 'role'],
  ['rig', 'rig'],
  ['agent_state', 'state'],
  ['hook_bead', 'hook'],
  ['push_failed', 'pushFailed'],
  ['mr_failed', 'requestFailed'],
])
