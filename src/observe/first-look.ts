import type { Agent } from '../domain/agent.js'
import { hasRequest, whosePlaceMatters } from '../domain/conditions.js'
import type { Known } from '../domain/known.js'
import type { Pane } from '../domain/session.js'
import type { AgentSight, BlindSpot, Finding } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import type { Town } from '../town.js'
import type { FirstQuestions } from './ask-first.js'
import { type Issues, unheard } from './databases.js'
import { askFallbacks } from './fallbacks.js'
import { readFiles, type TownFiles } from './files.js'
import { afterMissedEnds } from './missed-ends.js'
import { type PlaceOf, placesOf } from './places.js'
import { afterUnreachable, withSurvivors } from './processes.js'
import { chooseServer, type Servers } from './servers.js'
import { countSessions, type ReadSessions, readSessions, seeSessions } from './sessions.js'
import { blindSpotsOf, everybody, sightOfAgent } from './sights.js'
import { whoseSessions } from './whose.js'

/** All that one look at a town told. */
export interface FirstLook {
  /** When all answers were there, epoch ms: what everything is judged by. */
  readonly at: number
  readonly sights: readonly AgentSight[]
  readonly files: TownFiles
  readonly issues: Issues
  readonly server: Servers
  readonly panes: Known<readonly Pane[]>
  readonly sessions: number
  readonly blindSpots: readonly BlindSpot[]
  readonly findings: readonly Finding[]
}

/** Reads the files while the programs work, and puts together what is known of each agent. */
export async function lookOnce(town: Town, asked: FirstQuestions): Promise<FirstLook> {
  const rigs = asked.list.rigs.known ? asked.list.rigs.value : []
  const files = readFiles(town, rigs)
  const placeOf = placesOf(town)
  const [servers, answered, early] = await Promise.all([
    asked.servers,
    asked.issues,
    readEarly(town, asked, { agents: files.census.agents, placeOf }),
  ])
  const issues = await askFallbacks(town, answered, { agents: files.census.agents, rigs })
  const { named, book } = everybody(town, { agents: files.census.agents, rigs, answers: issues.answers })
  const names = new Set(named.map(({ sessionName }) => sessionName))
  const whose = whoseSessions(town.root)
  const isOurs = (pane: Pane, strict: boolean): boolean => {
    if (!names.has(pane.session)) return false
    return strict ? whose(pane) === 'ours' : whose(pane) !== "another town's"
  }
  const server = await chooseServer(town, servers, { names, isOurs })
  const found = { panes: await afterUnreachable(town, await afterMissedEnds(town, server, names)), whose, early }
  const at = now()
  const sessions = await seeSessions(town, named, found, at)
  // An agent raises its flag and then sends its mail, maybe while bd was at work: a flag may not be older than a mail.
  const places = hasRequest(issues.mail) ? placesOf(town) : placeOf
  const doesPlaceMatter = whosePlaceMatters({
    mail: issues.mail,
    ledger: town.ledger.current(),
    steps: town.dialect.steps,
  })
  const seen = {
    sessions,
    book,
    restraints: files.restraints,
    placeOf: places,
    doesPlaceMatter,
    unheard: unheard(answered),
  }
  const { panes } = found
  const sights = await withSurvivors(
    town,
    named.map((one) => sightOfAgent(town, one, seen)),
    panes,
  )
  return {
    at,
    sights,
    files,
    issues,
    server,
    panes,
    sessions: countSessions(found, names),
    blindSpots: [
      ...files.census.blindSpots,
      ...files.restraints.blindSpots,
      ...issues.blindSpots,
      ...blindSpotsOf(sights, panes),
    ],
    findings: [...files.census.findings, ...book.findings],
  }
}

/** tmux answers before bd does: the processes in the panes are read meanwhile, and where those work that have one. */
async function readEarly(
  town: Town,
  { servers }: FirstQuestions,
  { agents, placeOf }: { readonly agents: readonly Agent[]; readonly placeOf: PlaceOf },
): Promise<ReadSessions | undefined> {
  const { configured } = await servers
  if (!configured.known) return undefined
  const named = agents.map((agent) => ({ agent, sessionName: town.dialect.sessionName(agent), isStray: false }))
  const read = await readSessions(town, named, configured.value)
  for (const one of named) if (read.groups.has(one.sessionName)) placeOf(one)
  return read
}
