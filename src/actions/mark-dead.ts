import { join } from 'node:path'
import type { MarkDead, Outcome } from '../domain/action.js'
import { address } from '../domain/agent.js'
import { markedDead } from '../domain/dead-mark.js'
import type { Known } from '../domain/known.js'
import type { AgentBead } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import { answer } from '../ports/command.js'
import { removeFile } from '../ports/files.js'
import { writeText } from '../ports/write-file.js'
import { lookAgain } from './look-again.js'
import { blinded, done, failed, hindered, notUnderstood, postponed, type Setback, setBack } from './outcomes.js'
import type { Performing } from './performing.js'
import { ask, tell } from './recorded-child.js'
import { shortOfTime, tooOld } from './time-left.js'

/** Sets `agent_state: dead` in the bead of an agent that says it is up and has no session, where both are still so. */
export async function markDead(performing: Performing, action: MarkDead): Promise<Outcome> {
  const setback = await whyNot(performing, action)
  if (setback) return setBack(action, setback)
  // Read last of all: its description is written back whole.
  const seenAt = now()
  const bead = await readAgain(performing, action.bead)
  if (!bead.known) return setBack(action, blinded(bead.why))
  if (!bead.value || !isUnchanged(action.bead, bead.value))
    return setBack(action, hindered('its bead has changed meanwhile'))
  const description = markedDead(bead.value.description, { at: now(), was: bead.value.state })
  if (description === undefined) return failed(action, `${bead.value.id} has no agent_state line`)
  const late = tooOld(seenAt)
  if (late) return postponed(action, late)
  const written = await describe(performing, { action, bead: bead.value, description })
  return written.ok ? done(action, { was: bead.value.state }) : failed(action, written.failure)
}

interface Described {
  readonly action: MarkDead
  readonly bead: AgentBead
  readonly description: string
}

async function describe(performing: Performing, { action, bead, description }: Described) {
  const { root, dialect } = performing.town
  const file = join(root, 'daemon/heartbeat/description')
  writeText(file, description)
  try {
    return await tell(performing, address(action.agent), dialect.describeBead(bead, file))
  } finally {
    removeFile(file)
  }
}

async function whyNot(performing: Performing, { agent }: MarkDead): Promise<Setback | undefined> {
  const late = shortOfTime(performing, 2 * performing.town.settings.deadline)
  if (late) return { hindrance: late }
  const forbidden = await performing.forbidden(agent)
  if (forbidden) return hindered(forbidden)
  const { liveness } = await lookAgain(performing, agent)
  return liveness.state === 'dead' ? undefined : { hindrance: notUnderstood(liveness) }
}

async function readAgain(performing: Performing, { database, id }: AgentBead): Promise<Known<AgentBead | null>> {
  const { dialect } = performing.town
  const shown = answer(await ask(performing, dialect.showBead(database, id)))
  return shown.known ? dialect.readAgent(shown.value, id, database) : shown
}

function isUnchanged(one: AgentBead, other: AgentBead): boolean {
  return one.state === other.state && one.hook === other.hook && one.updatedAt === other.updatedAt
}
