import { type Agent, rigOf } from '../../src/domain/agent.js'
import { type BeadText, type Issue, issueIn, issuesOf, putIssue } from './issue-store.js'
import type { StageKind } from './stage-kind.js'
import { agentOf } from './stage-names.js'

export interface SentMail {
  readonly from: string
  readonly subject: string
  readonly body: string
  /** The deacon unless said otherwise. */
  readonly to?: string
  /** How long ago it was sent, in seconds. */
  readonly secondsAgo?: number
  readonly id?: string
}

/** What stands in the issue store of a fake town. */
export interface TownRecords {
  /** An agent's bead, in the database of its rig. Idle and without a hook unless said otherwise. */
  setBead(who: string, bead?: Partial<BeadText>): void
  bead(who: string): Issue
  addIssue(issue: Pick<Issue, 'id'> & Partial<Issue>, rig?: string): void
  issue(id: string): Issue | undefined
  /** Puts a mail into the store and returns its id. */
  sendMail(mail: SentMail): string
  /** All mail, closed mail too, or that of one recipient. */
  mails(to?: string): readonly Issue[]
}

const isMail = ({ issue_type, labels }: Issue): boolean =>
  issue_type === 'message' || (labels?.includes('gt:message') ?? false)

/** What tells where the records of a town lie. */
export interface RecordStage {
  readonly root: string
  readonly kind: StageKind
  /** In which folder each rig keeps its issues. */
  readonly places: ReadonlyMap<string, string>
  prefixOf(rig: string | undefined): string
}

/** The records of a town; where rigs keep their agents' beads, the first rig keeps the town's agents'. */
export function townRecords({ root, kind, places, prefixOf }: RecordStage): TownRecords {
  const placeOf = (rig: string | undefined): string => places.get(rig ?? [...places.keys()][0] ?? '') ?? root
  const issue = (id: string): Issue | undefined => issueIn([root, ...places.values()], id)
  const beadPlace = (rig: string | undefined): string => (kind.beadsByRig ? placeOf(rig) : root)
  const idOf = (agent: Agent): string => kind.beadIdOf(agent, prefixOf(rigOf(agent)))
  return {
    setBead: (who, bead = {}) => {
      const agent = agentOf(who)
      const usual = { id: idOf(agent), role: agent.role, rig: rigOf(agent), state: 'idle', hook: undefined }
      kind.putAgentBead(beadPlace(rigOf(agent)), { ...usual, updatedAt: new Date(), ...bead })
    },
    bead: (who) => {
      const found = issue(idOf(agentOf(who)))
      if (!found) throw new Error(`${who} has no bead`)
      return found
    },
    addIssue: (given, rig) => putIssue(rig === undefined ? root : placeOf(rig), given),
    issue,
    sendMail: (mail) => {
      const id = mail.id ?? `${kind.mailPrefix}-${Math.random().toString(36).slice(2, 8)}`
      kind.putMail(root, id, mail)
      return id
    },
    mails: (to) => issuesOf(root).filter((one) => isMail(one) && (!to || one.assignee === to)),
  }
}
