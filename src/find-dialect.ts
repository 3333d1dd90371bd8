import { dirname, join } from 'node:path'
import { quietEnvironment } from './dialects/child-environment.js'
import type { Kind, Version } from './dialects/dialect.js'
import { kindNamed, kinds, usualKind } from './dialects/index.js'
import { joined, type KindClaim, kindBy } from './domain/kind-claims.js'
import type { Settings } from './domain/settings.js'
import type { Commands } from './ports/command.js'
import { askOther } from './ports/other-server.js'
import { isSameStamp } from './ports/places.js'
import { type Programs, programStamp } from './ports/program-path.js'
import { createTmux } from './ports/tmux.js'
import { defaultSocket } from './ports/tmux-sockets.js'
import { readTownFile, type TownFile } from './remember/town-file.js'

export { activityFilesOf, sampleActivity } from './dialects/activity-files.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Which kind of town it is, and by what. */
export interface Decided {
  readonly kind: Kind
  /** In words, for a person and for `town.json`. */
  readonly from: readonly string[]
  /** What the town's files alone said: decided anew when that changes. Undefined: decided by a person, or not at all. */
  readonly signs: readonly string[] | undefined
  /** The programs as they were before they were asked. Undefined as for `signs`. */
  readonly programs: Programs | undefined
  /** What contradicts each other: then the town is looked at only. */
  readonly doubts: readonly string[]
}

/** A town whose kind is asked for. */
export interface Asked {
  readonly root: string
  readonly settings: Pick<Settings, 'dialect' | 'deadline' | 'tmuxSocket'>
  readonly env: Environment
}

/** As what kind a town may be shown without asking anybody: as people say, as a check decided, as its files look. */
export function presumedKind({ root, settings }: Pick<Asked, 'root' | 'settings'>): Kind {
  const remembered = readTownFile(root).value?.dialect
  const said = kindNamed(settings.dialect ?? '') ?? kindNamed(remembered ?? '')
  return said ?? kinds.find((kind) => kind.signs(root).length > 0) ?? usualKind
}

/** The tmux socket on which the sessions of a town of that kind stand, unless the configuration names another. */
export function socketOf(kind: Kind, { root, settings, env }: Asked): string {
  const name = kind.open(root, []).socketName?.(env)
  const usual = defaultSocket(env)
  return settings.tmuxSocket ?? (name === undefined ? usual : join(dirname(usual), name))
}

/** The same for a town that was not opened. */
export const presumedSocket = (town: Asked): string => socketOf(presumedKind(town), town)

/** Which kind a town is of: as people say, unless another kind's deacon stands there; else by its files, the versions of gt and bd, and whose deacon stands there. Only
 *  the files are asked where they and the two programs are as an earlier check found them. */
export async function findDialect(asked: Asked, commands: Commands): Promise<Decided> {
  const { root, settings, env } = asked
  const said = kindNamed(settings.dialect ?? '')
  if (said !== undefined) return forced(said, asked, commands)
  const claims = joined(kinds.flatMap(({ name, signs }) => signs(root).map((because) => ({ kinds: [name], because }))))
  const signs = claims.map(({ because }) => because)
  const found = { gt: programStamp('gt', env), bd: programStamp('bd', env) }
  const remembered = stillTrue(readTownFile(root).value, signs, found)
  if (remembered !== undefined) return remembered
  const heard = await Promise.all([
    ...programs.map((program) => versionClaim(program, asked, commands)),
    ...kinds.map((kind) => deaconClaim(kind, asked, commands)),
  ])
  const verdict = kindBy([...claims, ...joined(heard.flatMap((claim) => claim ?? []))], usualKind.name)
  return { ...verdict, kind: kindNamed(verdict.kind) ?? usualKind, signs, programs: found }
}

/** A person is believed, but not against a deacon of another kind that stands there: it would be started twice. */
async function forced(kind: Kind, asked: Asked, commands: Commands): Promise<Decided> {
  const others = kinds.filter((other) => other !== kind)
  const heard = await Promise.all(others.map((other) => deaconClaim(other, asked, commands)))
  const standing = heard.flatMap((claim) => (claim && !claim.kinds.includes(kind.name) ? [claim.because] : []))
  const from = [`the settings say ${kind.name}`]
  return {
    kind,
    from,
    signs: undefined,
    programs: undefined,
    doubts: standing.length === 0 ? [] : [...from, ...standing],
  }
}

type Program = keyof Programs
const programs: readonly Program[] = ['gt', 'bd']

/** What an earlier check decided, where the files say what they said then and the programs are the same. */
function stillTrue(file: TownFile | undefined, signs: readonly string[], found: Programs): Decided | undefined {
  const kind = kindNamed(file?.dialect ?? '')
  if (file?.signs === undefined || file.decidedFrom === undefined || kind === undefined) return undefined
  const isSame = (program: Program) => isSameStamp(file[program], found[program])
  const holds = JSON.stringify(file.signs) === JSON.stringify(signs) && programs.every(isSame)
  return holds ? { kind, from: file.decidedFrom, signs, programs: found, doubts: [] } : undefined
}

/** What the version of a program says; undefined when it cannot be had: then the others decide. */
async function versionClaim(
  program: Program,
  { root, settings, env }: Asked,
  commands: Commands,
): Promise<KindClaim | undefined> {
  const call = { program, args: ['--version'], cwd: root, env: quietEnvironment(env, {}) }
  const result = await commands.run({ ...call, deadline: settings.deadline })
  const version = result.ok ? versionIn(result.stdout) : undefined
  if (version === undefined) return undefined
  const spoken = kinds.filter(({ speaks }) => speaks[program](version)).map(({ name }) => name)
  const said = `${program} is version ${version.join('.')}`
  const because = spoken.length === 0 ? `${said}, of a time between the kinds of town that are known` : said
  return { kinds: spoken, because }
}

function versionIn(text: string): Version | undefined {
  const found = /\bv?(\d{1,4})\.(\d{1,4})\.(\d{1,4})\b/.exec(text)
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined
}

/** What it says that a deacon of this town stands where this kind of town has it. Of a server that does not answer, its processes tell. */
async function deaconClaim(kind: Kind, asked: Asked, commands: Commands): Promise<KindClaim | undefined> {
  const { root, env, settings } = asked
  const socket = socketOf(kind, asked)
  const { sessionName, folder } = kind.open(root, [])
  const [session, place] = [sessionName({ role: 'deacon' }), folder(root, { role: 'deacon' })]
  const at = (deadline: number) => createTmux({ socket, commands, deadline, env: quietEnvironment(env, {}) })
  const asking = { at, deadline: settings.deadline, commands }
  const { panes, sign } = await askOther(asking, { folder: place, names: new Set([session]) })
  if (panes.known) {
    const stands = panes.value.some((pane) => pane.session === session && pane.path.startsWith(root))
    const because = `the session ${session} stands on the tmux socket ${socket}`
    return stands ? { kinds: [kind.name], because } : undefined
  }
  if (!sign?.known) return undefined
  const because = `the tmux server on ${socket} does not answer, and may have the deacon's session: ${sign.value}`
  return { kinds: kinds.filter((one) => socketOf(one, asked) === socket).map(({ name }) => name), because }
}
