import { rigOf } from '../../src/domain/agent.js'
import { type BeadText, type Issue, issueIn, issuesOf, putAgentBead, putIssue } from './issue-store.js'
import { agentOf, beadIdOf } from './stage-names.js'

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

function putMail(root: string, id: string, mail: SentMail): void {
  const sent = new Date(Date.now() - (mail.secondsAgo ?? 0) * 1000).toISOString()
  putIssue(root, {
    id,
    title: mail.subject,
    description: mail.body,
    issue_type: 'message',
    assignee: mail.to ?? 'deacon/',
    created_at: sent,
    created_by: mail.from,
    updated_at: sent,
    labels: [`from:${mail.from}`, 'thread:thread-0123456789ab'],
    ephemeral: true,
  })
}

/** The records of a town; `places` says in which folder a rig keeps its issues, the town's agents among its first rig's. */
export function townRecords(root: string, places: ReadonlyMap<string, string>): TownRecords {
  const placeOf = (rig: string | undefined): string => places.get(rig ?? [...places.keys()][0] ?? '') ?? root
  const issue = (id: string): Issue | undefined => issueIn([root, ...places.values()], id)
  return {
    setBead: (who, bead = {}) => {
      const agent = agentOf(who)
      const usual = { id: beadIdOf(agent), role: agent.role, rig: rigOf(agent), state: 'idle', hook: undefined }
      putAgentBead(placeOf(rigOf(agent)), { ...usual, updatedAt: new Date(), ...bead })
    },
    bead: (who) => {
      const found = issue(beadIdOf(agentOf(who)))
      if (!found) throw new Error(`${who} has no bead`)
      return found
    },
    addIssue: (given, rig) => putIssue(rig === undefined ? root : placeOf(rig), given),
    issue,
    sendMail: (mail) => {
      const id = mail.id ?? `gm-${Math.random().toString(36).slice(2, 8)}`
      putMail(root, id, mail)
      return id
    },
    mails: (to) =>
      issuesOf(root).filter(({ issue_type, assignee }) => issue_type === 'message' && (!to || assignee === to)),
  }
}
