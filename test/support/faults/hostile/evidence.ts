import type { Action } from '../../../../src/domain/action.js'
import { type Agent, address, parseAddress } from '../../../../src/domain/agent.js'
import type { Known } from '../../../../src/domain/known.js'
import { senderForms } from '../../../../src/domain/sender.js'
import type { AgentSight, Mail, Snapshot } from '../../../../src/domain/snapshot.js'

/** What a deed is done without, one line each: nothing in the snapshot bears it out. Written from the words of docs/recovery.md,
 *  not from the rules. */
export function unfounded(action: Action, snapshot: Snapshot): readonly string[] {
  const sight = action.agent && snapshot.agents.find((one) => one.address === address(action.agent ?? nobody))
  return [
    ...oddIds(action),
    ...(action.because.trim() === '' ? ['it gives no reason'] : []),
    ...(action.agent ? oddAgent(action.agent, sight, snapshot) : []),
    ...(action.deferred ? [] : missing(action, sight, snapshot)),
  ]
}

const nobody: Agent = { role: 'deacon' }

const issueId = /^[A-Za-z0-9][\w.-]*$/

/** Ids that would stand on a command line. */
function oddIds(action: Action): readonly string[] {
  const ids = ['mailId' in action ? action.mailId : [], 'bead' in action ? action.bead.id : []].flat()
  return ids.filter((id) => !issueId.test(id)).map((id) => `the id ${JSON.stringify(id)}`)
}

const allowed = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

/** Whether an agent has a name that may stand on a command line and in a path. */
export const isNamed = (agent: Agent): boolean =>
  ('rig' in agent ? [agent.rig] : []).concat('name' in agent ? [agent.name] : []).every((name) => allowed.test(name))

function oddAgent(agent: Agent, sight: AgentSight | undefined, { rigs }: Snapshot): readonly string[] {
  const listed = !('rig' in agent) || (rigs.known && rigs.value.some(({ name }) => name === agent.rig))
  return [
    ...(isNamed(agent) ? [] : [`nobody can be called ${JSON.stringify(address(agent))}`]),
    ...(sight === undefined ? [`${address(agent)} was not seen`] : []),
    ...(listed ? [] : [`the rig of ${address(agent)} is not known`]),
  ]
}

const unless = (holds: boolean | undefined, what: string): readonly string[] => (holds ? [] : [what])

/** The value of an answer that was had. */
const had = <T>(answer: Known<T> | undefined): T | undefined => (answer?.known ? answer.value : undefined)

const mailOf = ({ mail }: Snapshot, id: string): Mail | undefined => had(mail)?.find((one) => one.id === id)

const couldBeSeen = (sight: AgentSight | undefined): readonly string[] =>
  unless(sight?.liveness.blind === false, 'nobody could tell how it is')

const mayBeTouched = (sight: AgentSight | undefined): readonly string[] => [
  ...couldBeSeen(sight),
  ...unless(sight?.restraint === undefined, 'it is restrained'),
  ...unless((sight?.session?.attached ?? 0) === 0 && (sight?.session?.panes ?? 1) === 1, 'a person is there'),
]

function missing(action: Action, sight: AgentSight | undefined, snapshot: Snapshot): readonly string[] {
  switch (action.kind) {
    case 'start':
      return [
        ...mayBeTouched(sight),
        ...unless(sight?.liveness.state === 'dead' || sight?.liveness.state === 'zombie', 'it is not down'),
        ...unless(sight?.folder?.known, 'nobody knows where it works'),
        ...unless(action.agent.role !== 'polecat' || hasOpenWork(sight), 'no open work was seen on its hook'),
        ...unless(['deacon', 'witness', 'polecat'].includes(action.agent.role), 'nobody starts it unasked'),
      ]
    case 'cycle':
    case 'restart':
    case 'shutdown':
      // What was begun may be over already, and then it is only written down.
      if (action.claimed) return [...couldBeSeen(sight), ...unclaimed(action, snapshot)]
      return [...mayBeTouched(sight), ...unasked(action, sight, snapshot)]
    case 'close-mail': {
      const mail = mailOf(snapshot, action.mailId)
      return unless(
        mail && (mail.request !== undefined || mail.subject.startsWith('POLECAT_STARTED ')),
        'no such mail of ours was seen',
      )
    }
    case 'record-spawns':
      return action.spawns.flatMap(({ mailId, rig, polecat }) =>
        unless(mailOf(snapshot, mailId)?.subject === `POLECAT_STARTED ${rig}/${polecat}`, 'no such mail was seen'),
      )
    case 'trigger-spawn':
      return [
        ...mayBeTouched(sight),
        ...unless(sight?.liveness.state === 'alive', 'it is not alive'),
        ...unless(action.spawn.session === sight?.sessionName, 'the session is not its own'),
        ...unless(
          snapshot.spawns.some(
            ({ spawn, prompt }) => spawn.mailId === action.spawn.mailId && (prompt === 'ready' || prompt === 'typed'),
          ),
          'no prompt was seen',
        ),
        ...unless(!snapshot.ledgerLost, 'nobody knows whether it was told'),
      ]
    case 'forget-spawn':
      return unless(had(snapshot.pendingSpawns) !== undefined, 'nobody could read the list of spawns')
    case 'mark-dead':
      return [
        ...mayBeTouched(sight),
        ...unless(sight?.liveness.state === 'dead', 'it is not dead'),
        ...unless(
          had(sight?.bead)?.id === action.bead.id && ['running', 'working'].includes(action.bead.state),
          'its bead says nothing of the kind',
        ),
        ...unless(snapshot.ledger.agents[sight?.address ?? '']?.absentSince !== undefined, 'it was not missed before'),
        ...unless(!snapshot.ledgerLost && !snapshot.afterGap, 'the past is not known'),
      ]
    case 'notify':
      return [
        ...unless(sight?.liveness.blind === false && sight.restraint === undefined, 'nobody could tell how it is'),
        ...unless(
          action.to === 'mayor/' || parseAddress(action.to)?.role === 'witness',
          `nobody is called ${action.to}`,
        ),
        ...unless(!snapshot.ledgerLost && !snapshot.afterGap, 'the past is not known'),
        ...unless(
          action.agent.role === 'deacon' || hookSeen(sight) || mayNeedAttention(action.key, sight),
          'no work was seen on its hook',
        ),
      ]
  }
}

/** A witness is reported for itself, whoever is down by its own request, and a new polecat that waits to be told to begin. */
const mayNeedAttention = (key: string, sight: AgentSight | undefined): boolean =>
  key.startsWith('NEEDS_ATTENTION|') && (sight?.liveness.state !== 'alive' || sight.agent.role === 'polecat')

const hookSeen = (sight: AgentSight | undefined): boolean => Boolean(had(sight?.hooked)?.id ?? had(sight?.bead)?.hook)

function hasOpenWork(sight: AgentSight | undefined): boolean {
  const work = had(sight?.work)
  return (
    hookSeen(sight) && work !== undefined && work !== null && work.status !== 'closed' && work.status !== 'tombstone'
  )
}

type Deed = Extract<Action, { readonly kind: 'cycle' | 'restart' | 'shutdown' }>

function unclaimed({ mailId, verb, agent }: Deed, { ledger }: Snapshot): readonly string[] {
  const claim = Object.hasOwn(ledger.claims, mailId) ? ledger.claims[mailId] : undefined
  const isIts = claim?.verb === verb && claim.address === address(agent)
  return unless(isIts && (claim.state === 'claimed' || claim.state === 'killed'), 'no earlier check claimed it')
}

function unasked({ mailId, verb, agent }: Deed, sight: AgentSight | undefined, snapshot: Snapshot): readonly string[] {
  const mail = mailOf(snapshot, mailId)
  const request = mail?.request
  const age = snapshot.now - (mail?.createdAt ?? 0)
  const flags = had(sight?.flags)
  return [
    ...unless(mail && senderForms(agent).includes(mail.from), 'its mail was not seen'),
    ...unless(request && 'verb' in request && request.verb === verb, 'its mail asks for something else'),
    ...unless(age > -1000 && age <= snapshot.settings.requestMaxAge, 'its mail is of another time'),
    ...unless(!snapshot.steps.requestFlags || flags?.requesting[verb] === true, 'it has not raised its flag'),
    ...unless(!isFromBeforeLoss(mail, snapshot) || isOlder(sight, mail), 'it may have been carried out already'),
    ...unless(!Object.hasOwn(snapshot.ledger.claims, mailId), 'it was claimed already'),
  ]
}

const isFromBeforeLoss = (mail: Mail | undefined, { ledger: { lostAt } }: Snapshot): boolean =>
  lostAt !== undefined && (mail?.createdAt ?? 0) < lostAt

/** Whether the session, and its process, stood there when the request was sent. */
const isOlder = (sight: AgentSight | undefined, mail: Mail | undefined): boolean =>
  sight?.session !== undefined &&
  Math.max(sight.session.createdAt, sight.session.processStartedAt) < (mail?.createdAt ?? 0)
