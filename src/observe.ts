import { idleSince } from './domain/activity.js'
import type { BlindSpot, Snapshot } from './domain/snapshot.js'
import { askFirst } from './observe/ask-first.js'
import { askClients } from './observe/clients.js'
import { type FirstLook, lookOnce } from './observe/first-look.js'
import { isAfterGap } from './observe/idle.js'
import { missingPrograms } from './observe/missing-programs.js'
import { serverOf } from './observe/processes.js'
import { waitingSpawns } from './observe/prompts.js'
import type { RigList } from './observe/rigs.js'
import { lookTwice, type SecondLook } from './observe/second-look.js'
import { spot } from './observe/sights.js'
import type { Town } from './town.js'

/** Looks at the town once: files, sessions, beads and mail, all questions side by side; and a second time, briefly, where a
 *  finding needs it. What could not be seen is listed as blind spots. Writes nothing. `asked`: where the programs are at work already. */
export async function observe(town: Town, asked = askFirst(town)): Promise<Snapshot> {
  const { root, mode, settings, dialect, ledger, startedAt, activity } = town
  const { list } = asked
  const first = await lookOnce(town, asked)
  const second = await secondLook(town, first)
  const missing = missingPrograms(town, [...first.blindSpots, ...second.blindSpots])
  return {
    now: first.at,
    mode,
    root,
    settings,
    steps: dialect.steps,
    rigs: list.rigs,
    agents: second.sights,
    unlistedRigs: first.files.census.unlistedRigs,
    mail: first.issues.mail,
    pendingSpawns: first.files.pending,
    spawns: second.spawns,
    clients: second.clients,
    sessions: first.sessions,
    socketConflict: first.server.conflict,
    seenOn: first.server.seenOn,
    server: first.server.seenOn === town.tmux.socket ? serverOf(town, first.panes) : undefined,
    panes: first.panes,
    ledger: ledger.current(),
    ledgerLost: ledger.lost,
    idleSeconds: idleSince(dialect.activityStamps(activity), ledger.current(), activity.at).idleSeconds,
    afterGap: isAfterGap(ledger.current(), startedAt),
    blindSpots: once([
      ...spot('the rigs', list.rigs),
      ...first.blindSpots,
      ...second.blindSpots,
      ...missing.blindSpots,
      ...spot('the spawns that wait to begin', first.files.pending),
    ]),
    findings: [...list.findings, ...first.findings, ...missing.findings],
    notes: [...first.issues.notes, ...notesOn(town, list.rigs)],
  }
}

/** What is said with -v: which kind of town it is and by what, steps that it does not have, and what is odd in its files. */
function notesOn({ dialect, decided, root }: Town, rigs: RigList['rigs']): readonly string[] {
  const { pendingSpawns, staleAgents } = dialect.steps
  return [
    `a ${dialect.name} town: ${decided.from.join('; ')}`,
    ...(pendingSpawns ? [] : ['no spawn waits to begin in this kind of town: step 3 does nothing']),
    ...(staleAgents ? [] : ["beads do not tell of agents' lives in this kind of town: step 5 does nothing"]),
    ...(dialect.remarks?.(root, rigs.known ? rigs.value : []) ?? []),
  ]
}

/** A lifecycle check asks for nothing that only an inference needs; nor does one that may do nothing. */
async function secondLook(town: Town, first: FirstLook): Promise<SecondLook> {
  const { at, sights, panes, issues, files, server } = first
  const nothing = { sights, spawns: [], blindSpots: [] }
  if (server.conflict !== undefined) return nothing
  if (town.mode === 'lifecycle') return { ...nothing, clients: await askClients(town, sights, issues.mail) }
  const { mail, databases } = issues
  const look = { now: at, settings: town.settings, steps: town.dialect.steps, ledger: town.ledger.current(), mail }
  const spawns = town.dialect.steps.pendingSpawns ? waitingSpawns(files.pending, mail, at) : []
  return lookTwice(town, { look, sights, panes, databases, spawns })
}

/** Each blind spot once. */
function once(spots: readonly BlindSpot[]): readonly BlindSpot[] {
  const seen = new Map(spots.map((one) => [JSON.stringify([one.what, one.why]), one]))
  return [...seen.values()]
}
