import type { Database, DatabaseList } from '../dialects/database.js'
import type { Call } from '../dialects/dialect.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { AgentBead, BlindSpot, Mail } from '../domain/snapshot.js'
import type { FailureKind } from '../ports/command.js'
import type { Doorstep } from '../town.js'
import { ask } from './ask.js'

/** What one database answered when it was asked for the agents' beads. */
export interface Answered {
  readonly database: Database
  readonly beads: Known<readonly AgentBead[]>
  readonly failure?: FailureKind | undefined
}

/** What the town's issues told. */
export interface Issues {
  /** One for each database that was asked; cannot tell when not even the databases are known. */
  readonly answers: Known<readonly Answered[]>
  /** All there are, asked or not. */
  readonly databases: readonly Database[]
  readonly mail: Known<readonly Mail[]>
  readonly blindSpots: readonly BlindSpot[]
  readonly notes: readonly string[]
}

/** What bd is asked first: every database for agents, but for the fallbacks, and the town's own for the deacon's mail. */
export interface FirstCalls {
  readonly agents: readonly AgentsCall[]
  readonly mail: Call | undefined
}

interface AgentsCall {
  readonly database: Database
  readonly call: Call
}

/** The first calls of a town with these databases. */
export const firstCalls = (town: Doorstep, list: Known<DatabaseList>): FirstCalls => ({
  agents: list.known ? own(list.value).map((database) => agentsCall(town, database)) : [],
  mail: list.known && list.value.holdsMail ? town.dialect.listMail(town.root) : undefined,
})

const own = ({ databases }: DatabaseList): readonly Database[] => databases.filter(({ isFallback }) => !isFallback)

const agentsCall = ({ dialect }: Doorstep, database: Database): AgentsCall => ({
  database,
  call: dialect.listAgents(database),
})

/** Makes the first calls, all side by side, and reads each answer as soon as it is there. */
export async function askIssues(town: Doorstep, list: Known<DatabaseList>, calls: FirstCalls): Promise<Issues> {
  if (!list.known) return unknownIssues(list.why)
  const { databases, complaints, skipped } = list.value
  // The mail comes last, since there is little of it: the agents are read by then.
  const [answers, mail] = await Promise.all([
    Promise.all(calls.agents.map((one) => answeredBy(town, one))),
    calls.mail ? hear(town, calls.mail, (stdout) => town.dialect.readMail(stdout)) : noMail,
  ])
  return {
    answers: known(answers),
    databases,
    mail: mail.read,
    blindSpots: [...unanswered(answers, mail), ...complaints.map((why) => ({ what: 'a database', why }))],
    notes: skipped.map((place) => `${place} holds no issues: not asked`),
  }
}

/** What a question told, and how it failed where it did. */
interface Heard<T> {
  readonly read: Known<T>
  readonly failure?: FailureKind | undefined
}

async function hear<T>(town: Doorstep, call: Call, read: (stdout: string) => Known<T>): Promise<Heard<T>> {
  const { answer, failure } = await ask(town, call)
  return { read: answer.known ? read(answer.value) : answer, failure }
}

/** Where the town keeps no issues, nobody can have sent mail. */
const noMail: Heard<readonly Mail[]> = { read: known([]) }

function unknownIssues(why: string): Issues {
  const blindSpots = [{ what: 'the databases of the town', why }]
  return { answers: cannotTell(why), databases: [], mail: cannotTell(why), blindSpots, notes: [] }
}

/** Asks one database for the agents in it. */
export const askAgents = (town: Doorstep, database: Database): Promise<Answered> =>
  answeredBy(town, agentsCall(town, database))

async function answeredBy(town: Doorstep, { database, call }: AgentsCall): Promise<Answered> {
  const { read, failure } = await hear(town, call, (stdout) => town.dialect.readAgents(stdout, database))
  return { database, beads: read, failure }
}

/** One blind spot for everything when bd is not there at all, else one for each question without an answer. */
function unanswered(answers: readonly Answered[], mail: Heard<unknown>): BlindSpot[] {
  const heard = [mail, ...answers.map(({ beads, failure }) => ({ read: beads, failure }))]
  const missing = heard.find(({ failure }) => failure === 'missing')?.read
  if (missing?.known === false) return [{ what: "the agents' beads and mail", why: missing.why, missingProgram: 'bd' }]
  const beads = answers.flatMap(silence)
  return mail.read.known ? beads : [...beads, { what: "the deacon's mail", why: mail.read.why }]
}

/** What a database leaves unseen that gave no answer. */
export const silence = ({ database, beads }: Answered): readonly BlindSpot[] =>
  beads.known ? [] : [{ what: `the agents' beads in ${database.folder}`, why: beads.why }]

/** Why one of the questions about agents or mail has no answer; undefined when all have one. */
export function unheard({ answers, mail }: Issues): string | undefined {
  const all: readonly Known<unknown>[] = [
    answers,
    ...(answers.known ? answers.value.map(({ beads }) => beads) : []),
    mail,
  ]
  return all.flatMap((one) => (one.known ? [] : [one.why]))[0]
}
