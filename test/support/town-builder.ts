import { type Agent, address, rigOf } from '../../src/domain/agent.js'
import { known } from '../../src/domain/known.js'
import { type AgentRecord, emptyLedger, type Ledger } from '../../src/domain/ledger.js'
import type { Liveness, LivenessState, SessionSight } from '../../src/domain/session.js'
import { defaultSettings } from '../../src/domain/settings.js'
import type { AgentBead, AgentSight, HookedBead, Mail, Snapshot, Steps } from '../../src/domain/snapshot.js'

export { defaultSettings }

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

/** The moment every built town is looked at: 2026-01-05 12:00:00 UTC. */
export const NOW = Date.UTC(2026, 0, 5, 12)

/** A moment that long before the look, in epoch ms. */
export const ago = (ms: number): number => NOW - ms

/** A classic town has every step. */
export const classicSteps: Steps = {
  pendingSpawns: true,
  staleAgents: true,
  requestFlags: true,
  beadStates: true,
  restStates: ['done', 'nuked'],
  workHooks: false,
  needsIssues: false,
}

/** A current town has none of them, and its hooks are told by the beads of the work. */
export const currentSteps: Steps = {
  pendingSpawns: false,
  staleAgents: false,
  requestFlags: false,
  beadStates: false,
  restStates: ['done', 'nuked', 'stuck', 'awaiting-gate'],
  workHooks: true,
  needsIssues: true,
}

/** What was made of an agent's session; `blind`: nobody could be asked. */
export const liveness = (state: LivenessState, blind = false): Liveness => ({
  state,
  blind,
  because: blind ? 'tmux timed out' : `a ${state} session for the test`,
})

/** A session that was made and last active an hour ago, with one pane that nobody looks at. */
export const session = (overrides: Partial<SessionSight> = {}): SessionSight => ({
  identity: { serverPid: 100, sessionId: '$1', paneStart: '4711@99' },
  createdAt: ago(HOUR),
  processStartedAt: ago(HOUR),
  activityAt: ago(HOUR),
  attached: 0,
  windows: [{ id: '@1', viewers: 0, panes: ['%1'] }],
  panes: 1,
  paneId: '%1',
  panePid: 4711,
  paneInMode: false,
  paneInputOff: false,
  holdsThisCheck: false,
  death: undefined,
  ...overrides,
})

const beadIdOf = (agent: Agent): string =>
  `gt-${address(agent).replace('/polecats/', '-polecat-').replaceAll('/', '-')}`

/** A bead that says `working` since a minute ago, without a hook. */
export const beadOf = (agent: Agent, overrides: Partial<AgentBead> = {}): AgentBead => ({
  id: beadIdOf(agent),
  database: `/town/${rigOf(agent) ?? 'gastown'}/mayor/rig`,
  state: 'working',
  hook: '',
  updatedAt: ago(MINUTE),
  description: '',
  ...overrides,
})

/** How a test says what is special about an agent: `state` gives liveness and session, `bead` changes the healthy bead. */
export interface SightOptions extends Partial<Omit<AgentSight, 'agent' | 'address' | 'bead' | 'session'>> {
  readonly state?: LivenessState
  readonly blind?: boolean
  /** What differs from a healthy bead; null: no database knows one; an answer is taken as it stands. */
  readonly bead?: Partial<AgentBead> | null | AgentSight['bead'] | undefined
  readonly session?: Partial<SessionSight> | undefined
}

const sessionless = new Set<LivenessState>(['dead', 'unknown'])

function beadFor(agent: Agent, bead: SightOptions['bead']): AgentSight['bead'] {
  if (bead === null) return known(null)
  if (bead !== undefined && 'known' in bead) return bead
  return known(beadOf(agent, bead ?? {}))
}

/** A sight of any agent: alive, quiet and well unless the options say otherwise. */
export function sight(agent: Agent, options: SightOptions = {}): AgentSight {
  const { state = 'alive', blind = false, bead, session: sessionParts, ...rest } = options
  const hasSession = sessionParts !== undefined || !sessionless.has(state)
  return {
    agent,
    address: address(agent),
    sessionName: `gt-${address(agent).replace('/polecats/', '-').replaceAll('/', '-')}`,
    liveness: liveness(state, blind),
    session: hasSession ? session(sessionParts) : undefined,
    folder: known('ready'),
    bead: beadFor(agent, bead),
    flags: known(null),
    restraint: undefined,
    work: undefined,
    paneTail: undefined,
    ...rest,
  }
}

export const deacon = (options?: SightOptions): AgentSight => sight({ role: 'deacon' }, options)
export const mayor = (options?: SightOptions): AgentSight => sight({ role: 'mayor' }, options)
export const witness = (rig: string, options?: SightOptions): AgentSight => sight({ role: 'witness', rig }, options)
export const refinery = (rig: string, options?: SightOptions): AgentSight => sight({ role: 'refinery', rig }, options)
export const crew = (rig: string, name: string, options?: SightOptions): AgentSight =>
  sight({ role: 'crew', rig, name }, options)
export const polecat = (rig: string, name: string, options?: SightOptions): AgentSight =>
  sight({ role: 'polecat', rig, name }, options)

/** A ledger that remembers these agents, and whatever else is given. */
export const ledgerOf = (
  agents: Readonly<Record<string, Partial<AgentRecord>>>,
  rest: Partial<Ledger> = {},
): Ledger => ({
  ...emptyLedger,
  agents: Object.fromEntries(Object.entries(agents).map(([name, record]) => [name, { starts: [], ...record }])),
  ...rest,
})

/** A mail in the deacon's inbox, a minute old, that asks for nothing. */
export const mail = (overrides: Partial<Mail> = {}): Mail => ({
  id: 'hq-wisp-1',
  subject: 'hello',
  body: '',
  from: 'mayor/',
  createdAt: ago(MINUTE),
  request: undefined,
  ...overrides,
})

const healthy = [deacon(), mayor(), witness('gastown'), refinery('gastown')]

/** Work that has hung on this agent's hook since a minute ago, as a current town tells it. */
export const work = (agent: Agent, overrides: Partial<HookedBead> = {}): HookedBead => ({
  id: 'gt-abc',
  status: 'hooked',
  assignee: address(agent),
  updatedAt: ago(MINUTE),
  ...overrides,
})

/** A healthy classic town with the rig `gastown`; a sight that is given replaces the healthy one of its address, or is added. */
export function town(overrides: Partial<Snapshot> = {}, ...sights: readonly AgentSight[]): Snapshot {
  const given = new Set(sights.map((one) => one.address))
  const agents = [...healthy.filter((one) => !given.has(one.address)), ...sights]
  return {
    now: NOW,
    mode: 'heartbeat',
    root: '/town',
    settings: defaultSettings,
    steps: classicSteps,
    rigs: known([{ name: 'gastown', prefix: 'gt' }]),
    agents,
    mail: known([]),
    pendingSpawns: known([]),
    spawns: [],
    sessions: agents.filter((one) => one.session !== undefined).length,
    socketConflict: undefined,
    ledger: emptyLedger,
    ledgerLost: false,
    idleSeconds: 60,
    afterGap: false,
    blindSpots: [],
    findings: [],
    ...overrides,
  }
}
