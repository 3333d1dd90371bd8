import { quietEnvironment } from '../dialects/child-environment.js'
import { kinds } from '../dialects/index.js'
import { type Known, mapKnown } from '../domain/known.js'
import { whoseSessions } from '../observe/whose.js'
import { takeCensus } from '../observe/workers.js'
import { createTmux } from '../ports/tmux.js'
import { userSockets } from '../ports/tmux-sockets.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { shown } from '../schedulers/steps.js'
import { error, type Patient } from './patient.js'
import { socketOfChecks } from './tmux.js'

/** Names of this town's sessions on a socket. */
interface Standing {
  readonly socket: string
  readonly names: readonly string[]
}

/** Whether sessions of the town stand on another tmux socket than checks look at, or on two: an earlier gt put them elsewhere. */
export async function sockets(patient: Patient): Promise<readonly Ailment[]> {
  const socket = socketOfChecks(patient)
  const all = [...new Set([socket, ...(await userSockets(patient.checks))])]
  const [here, ...others] = await Promise.all(all.map((one) => standingOn(one, patient)))
  if (!here?.known) return []
  const found = others.flatMap((there) => (there.known && there.value.names.length > 0 ? [there.value] : []))
  return found.map((there) => elsewhere(here.value.names, there, socket))
}

/** For the answer of a server, milliseconds: some of them are others'. */
const patience = 5000

async function standingOn(socket: string, { place, rigs, checks, machine }: Patient): Promise<Known<Standing>> {
  const { commands } = machine
  const tmux = createTmux({ socket, commands, env: quietEnvironment(checks, {}), deadline: patience })
  const [whose, names] = [whoseSessions(place.root), sessionNames(place.root, rigs)]
  return mapKnown(await tmux.panes(), (panes) => {
    const ours = panes.filter((pane) => names.has(pane.session) && whose(pane) === 'ours')
    return { socket, names: [...new Set(ours.map(({ session }) => session))] }
  })
}

/** What sessions of the town's agents are called, in a town of any kind: those of an older gt may still be there. */
function sessionNames(root: string, rigs: Patient['rigs']): ReadonlySet<string> {
  const { agents } = takeCensus(root, rigs)
  const dialects = kinds.map((kind) => kind.open(root, rigs))
  return new Set(dialects.flatMap((dialect) => agents.map((agent) => dialect.sessionName(agent))))
}

function elsewhere(here: readonly string[], there: Standing, socket: string): Ailment {
  const theirs = `${there.names.join(', ')} on the tmux socket ${there.socket}`
  if (here.length === 0) {
    const because = `sessions of this town stand elsewhere than checks look (${socket}): ${theirs}. Make them agree: TMUX_TMPDIR, GT_TMUX_SOCKET, or tmuxSocket in the configuration`
    return error('sessions-elsewhere', because, undefined)
  }
  const because = `sessions of this town stand on two tmux sockets: ${here.join(', ')} on ${socket}, where checks look, and ${theirs}: agents may work twice. The command ends the latter`
  const ends = there.names.map((name) => `tmux -S ${shown(there.socket)} kill-session -t ${shown(`=${name}`)}`)
  return error('two-sockets', because, ends.join('; '))
}
