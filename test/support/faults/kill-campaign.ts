import { existsSync, lutimesSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sleep } from '../../../src/ports/clock.js'
import { readDocument } from '../check-document.js'
import { type FakeTown, raiseTown } from '../fake-town.js'
import { type Environment, put } from '../town-folder.js'
import { waitFor } from '../wait-for.js'
import { childPoints, letLateOnesWork, nameTheCheck, watchChildren, watchNoMore } from './child-effects.js'
import { type Counting, callPoints, countingEnvironment, type KillPoint } from './kill-points.js'
import type { Scene } from './scene.js'
import {
  brokenFiles,
  type Outcome,
  outcomeOf,
  sessionsOf,
  strangers,
  tornLines,
  uncountedStarts,
} from './town-outcome.js'

/** A check that nobody killed: at which points it can be, and what becomes of its town. */
export interface Reference {
  readonly points: readonly KillPoint[]
  readonly outcome: Outcome
}

/** What a check is killed with, and what must come of it all the same. */
export interface Campaign {
  readonly library: string
  readonly outcome: Outcome
}

async function inScene<T>(scene: Scene, act: (town: FakeTown) => Promise<T>): Promise<T> {
  const town = raiseTown({ kind: scene.kind })
  try {
    // A login shell begins with a PATH of its own: what it is asked for must lead to the stand-ins too.
    put(join(town.stage, 'home/.profile'), `PATH='${town.programs.bin}':$PATH\n`)
    await scene.arrange(town)
    return await act(town)
  } finally {
    await town.end()
  }
}

/** The check of a scene, counted, and killed where a point is given. */
async function countedCheck(town: FakeTown, scene: Scene, { library, point }: Omit<Counting, 'log'>) {
  const log = join(town.stage, 'points')
  watchChildren(town, point)
  const ending = await town.run(scene.args ?? ['--once'], {
    env: { ...town.env, ...scene.env, ...countingEnvironment({ library, log, point }) },
    started: ({ pid }) => nameTheCheck(town, pid),
  })
  watchNoMore(town)
  return { ending, log }
}

/** What an hour does: whoever was started a moment ago has waited, and what a killed check left beside a file is old. */
function letTimePass(town: FakeTown): void {
  const old = Date.now() / 1000 - 3600
  for (const entry of readdirSync(town.root, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.\d{4,10}$/.test(entry.name)) lutimesSync(join(entry.parentPath, entry.name), old, old)
  if (town.read('daemon/heartbeat/ledger.json') === undefined || brokenFiles(town).some((path) => /ledger/.test(path)))
    return
  town.changeLedger((ledger) => {
    const earlier = Object.entries(ledger.agents).map(([who, { starts, ...record }]) => {
      return [who, { ...record, starts: starts.map((start) => ({ ...start, at: start.at - 300_000 })) }] as const
    })
    return { ...ledger, agents: Object.fromEntries(earlier) }
  })
}

const atMost = 4

/** launchd starts the service anew as long as something lies in its folder. */
async function serveRequests(town: FakeTown, env: Environment): Promise<void> {
  const folder = join(town.root, 'daemon/requests')
  if (existsSync(folder) && readdirSync(folder).length > 0) await town.run(['--lifecycle'], { env })
}

/** An ordinary check; true when it finds nothing to do. */
async function isQuiet(town: FakeTown, scene: Scene): Promise<boolean> {
  const env = { ...town.env, ...scene.env }
  letTimePass(town)
  await serveRequests(town, env)
  const { stdout, stderr } = await town.run(['--once', '--json'], { env })
  if (stdout === '') throw new Error(`the next check says only: ${stderr}`)
  const { exitCode, actions } = readDocument(stdout)
  if (exitCode === 75) throw new Error('a lock was left')
  return actions.length === 0
}

async function checkUntilQuiet(town: FakeTown, scene: Scene): Promise<void> {
  for (let number = 1; number <= atMost; number += 1) if (await isQuiet(town, scene)) return
  throw new Error(`${atMost} checks after it there is still something to do`)
}

/** Lets a check live, and tells all points at which it could have been killed. */
export const referenceOf = (scene: Scene, library: string): Promise<Reference> =>
  inScene(scene, async (town) => {
    const before = sessionsOf(town)
    const { ending, log } = await countedCheck(town, scene, { library })
    if (ending.signal !== null) throw new Error(`the check was ended by ${ending.signal}`)
    await checkUntilQuiet(town, scene)
    await nobodyElse(town)
    const points = [...childPoints(town), ...callPoints(log)]
    return {
      points: points.map((point) => ({ ...point, what: point.what.replaceAll(town.stage, '') })),
      outcome: outcomeOf(town, scene.agents, before),
    }
  })

const nobodyElse = (town: FakeTown) =>
  waitFor('no process of ours is left', () => strangers(town).length === 0, 5000).catch(() => undefined)

/** What is other than it should be, a line each. */
function differences(wanted: Outcome, found: Outcome): readonly string[] {
  const words = (outcome: Outcome) =>
    new Map(Object.entries(outcome).map(([key, value]) => [key, JSON.stringify(value)]))
  const [expected, actual] = [words(wanted), words(found)]
  return [...expected]
    .filter(([key, value]) => value !== actual.get(key))
    .map(([key, value]) => `${key}: not ${value} but ${actual.get(key)}`)
}

/** One town whose check was killed. */
interface Aftermath {
  readonly town: FakeTown
  readonly scene: Scene
  differences(): readonly string[]
}

/** The next checks, until all is as if nobody had been killed. */
async function heal({ town, scene, differences: left }: Aftermath): Promise<void> {
  for (let number = 1; number <= atMost; number += 1) {
    await isQuiet(town, scene)
    // Who was started a moment ago may not have said so yet.
    for (const pause of [0, 200, 800]) {
      await sleep(pause)
      if (left().length === 0) return
    }
  }
}

/** After the most dangerous points it is also seen that nothing more comes of it. */
async function findsNothingToDo({ town, scene, differences: left }: Aftermath): Promise<readonly string[]> {
  letLateOnesWork(town)
  await nobodyElse(town)
  const isDone = await isQuiet(town, scene)
  return [...(isDone ? [] : ['the check after the next still finds something to do']), ...left()]
}

/** Kills a check at a point, lets the next ones run, and tells what should not be: nothing, if all is well. Undefined: the point was
 *  not reached, since the order of what goes on side by side was another one. */
export const killedAt = (
  scene: Scene,
  { library, outcome }: Campaign,
  point: KillPoint,
): Promise<readonly string[] | undefined> =>
  inScene(scene, async (town) => {
    const [before, brokenBefore] = [sessionsOf(town), brokenFiles(town)]
    const { ending } = await countedCheck(town, scene, { library, point })
    const torn = brokenFiles(town).filter((path) => !brokenBefore.includes(path))
    const left = () => differences(outcome, outcomeOf(town, scene.agents, before))
    const aftermath = { town, scene, differences: left }
    const complaints = [
      ...torn.map((path) => `torn at the moment of the kill: ${path}`),
      ...uncountedStarts(town, scene.agents).map((who) => `started, and not in the ledger: ${who}`),
    ]
    await heal(aftermath)
    complaints.push(...left(), ...(point.of === 'child' ? await findsNothingToDo(aftermath) : []))
    await nobodyElse(town)
    if (tornLines(town) > 1) complaints.push('more than one line of the history is cut off')
    complaints.push(...strangers(town).map((command) => `still alive: ${command}`))
    return ending.signal === 'SIGKILL' ? complaints : undefined
  })
