import type { CarryOut, Notify, Outcome, Start } from '../../src/domain/action.js'
import { type Agent, parseAddress } from '../../src/domain/agent.js'
import type { Verb } from '../../src/domain/ledger.js'
import type { Finding } from '../../src/domain/snapshot.js'

/** The agent of an address that must be one. */
export function agentAt(address: string): Agent {
  const agent = parseAddress(address)
  if (agent === undefined) throw new Error(`${address} is no address`)
  return agent
}

/** A start that a rule planned. */
export const start = (address: string, overrides: Partial<Start> = {}): Start => ({
  kind: 'start',
  rule: 'deacon-running',
  agent: agentAt(address),
  because: 'its session is gone',
  zombie: undefined,
  ...overrides,
})

/** A lifecycle request to be carried out for the witness of gastown. */
export const carryOut = (kind: Verb, overrides: Partial<CarryOut> = {}): CarryOut => ({
  kind,
  rule: 'lifecycle-requests',
  agent: { role: 'witness', rig: 'gastown' },
  because: 'nothing speaks against it',
  mailId: 'hq-1',
  verb: kind,
  session: 'absent',
  claimed: false,
  hook: null,
  clearFlag: true,
  ...overrides,
})

/** A mail to a witness. */
export const notify = (address: string): Notify => ({
  kind: 'notify',
  rule: 'orphaned-work',
  agent: agentAt(address),
  because: 'gt-1 is on its hook',
  key: `ORPHANED_WORK|${address}|gt-1`,
  to: 'gastown/witness',
  subject: 'ORPHANED_WORK',
  body: '',
})

/** Something a rule saw of the deacon. */
export const finding = (overrides: Partial<Finding> = {}): Finding => ({
  rule: 'deacon-running',
  agent: 'deacon',
  verdict: 'waiting',
  because: 'it was started 2 times',
  evidence: {},
  wantsPerson: true,
  ...overrides,
})

/** How an action went. */
export const went = (outcome: Outcome['outcome'], action: Outcome['action'], error?: string): Outcome => ({
  action,
  outcome,
  ...(error === undefined ? {} : { error }),
})
