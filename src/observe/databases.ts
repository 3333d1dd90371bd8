import type { Database, DatabaseList } from '../dialects/database.js'
import type { Call } from '../dialects/dialect.js'
import { cannotTell, type Known } from '../domain/known.js'
import type { AgentBead, BlindSpot, Mail } from '../domain/snapshot.js'
import type { Doorstep } from '../town.js'
import { ask, type Said } from './ask.js'

/** What one database answered when it was asked for the agents' beads. */
export interface Answered {
  readonly database: Database
  readonly beads: Known<readonly AgentBead[]>
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

/** What bd is asked first: the town's own database for the deacon's mail, and every one for agents, but for the fallbacks. */
export interface FirstCalls {
  readonly mail: Call | undefined
  readonly agents: readonly Call[]
}

/** The first calls of a town with these databases. */
export const firstCalls = ({ dialect, root }: Doorstep, list: Known<DatabaseList>): FirstCalls => ({
  mail: list.known && list.value.holdsMail ? dialect.listMail(root) : undefined,
  agents: list.known ? own(list.value).map((database) => dialect.listAgents(database)) : [],
})

const own = ({ databases }: DatabaseList): readonly Database[] => databases.filter(({ isFallback }) => !isFallback)

/** Makes the first calls, all side by side. */
export async function askIssues(town: Doorstep, list: Known<DatabaseList>, calls: FirstCalls): Promise<Issues> {
  const { dialect } = town
  if (!list.known) return unknownIssues(list.why)
  const { complaints, skipped } = list.value
  const databases = own(list.value)
  const [mail, ...beads] = await Promise.all([
    calls.mail && ask(town, calls.mail),
    ...calls.agents.map((call) => ask(town, call)),
  ])
  const answers = databases.map((database, index) => ({ database, beads: beadsIn(town, database, beads[index]) }))
  const read = mail === undefined ? noMail : readAnswer(mail, (stdout) => dialect.readMail(stdout))
  return {
    answers: { known: true, value: answers },
    databases: list.value.databases,
    mail: read,
    blindSpots: [
      ...unanswered(answers, read, [mail, ...beads]),
      ...complaints.map((why) => ({ what: 'a database', why })),
    ],
    notes: skipped.map((place) => `${place} holds no issues: not asked`),
  }
}

/** Where the town keeps no issues, nobody can have sent mail. */
const noMail: Known<readonly Mail[]> = { known: true, value: [] }

function unknownIssues(why: string): Issues {
  const blindSpots = [{ what: 'the databases of the town', why }]
  return { answers: cannotTell(why), databases: [], mail: cannotTell(why), blindSpots, notes: [] }
}

/** Asks one database for the agents in it. */
export async function askAgents(town: Doorstep, database: Database): Promise<Answered> {
  return { database, beads: beadsIn(town, database, await ask(town, town.dialect.listAgents(database))) }
}

function beadsIn({ dialect }: Doorstep, database: Database, said: Said | undefined): Known<readonly AgentBead[]> {
  if (said === undefined) return cannotTell('it was not asked')
  return readAnswer(said, (stdout) => dialect.readAgents(stdout, database))
}

const readAnswer = <T>({ answer }: Said, read: (stdout: string) => Known<T>): Known<T> =>
  answer.known ? read(answer.value) : answer

/** One blind spot for everything when bd is not there at all, else one for each question without an answer. */
function unanswered(
  answers: readonly Answered[],
  mail: Known<unknown>,
  said: readonly (Said | undefined)[],
): BlindSpot[] {
  const missing = said.find((one) => one?.failure === 'missing')?.answer
  if (missing?.known === false) return [{ what: "the agents' beads and mail", why: missing.why, missingProgram: 'bd' }]
  const beads = answers.flatMap(silence)
  return mail.known ? beads : [...beads, { what: "the deacon's mail", why: mail.why }]
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
