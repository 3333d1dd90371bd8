import { definedOnly } from '../domain/defined-only.js'
import { socketOf } from '../find-dialect.js'
import { hasNoNewPrivileges, unitOf } from '../ports/unit-of.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { shown } from '../schedulers/steps.js'
import { error, type Patient, warning } from './patient.js'

/** Whether checks and people mean the same tmux server, and whether that one outlives a check and prints what it should. */
export async function tmux(patient: Patient): Promise<readonly Ailment[]> {
  const socket = socketOfChecks(patient)
  return [...sockets(patient, socket), ...(await server(patient, socket))]
}

/** The socket on which checks look for the town's sessions. */
export const socketOfChecks = ({ place, decided, checks }: Pick<Patient, 'place' | 'decided' | 'checks'>): string =>
  socketOf(decided.kind, { ...place, env: checks })

function sockets({ place, decided, checks, machine }: Patient, socket: string): readonly Ailment[] {
  const here = socketOf(decided.kind, { ...place, env: machine.env })
  if (socket === here) return []
  const different = deciding.filter((name) => (checks[name] ?? '') !== (machine.env[name] ?? ''))
  const [theirs, ours] = [checks, machine.env].map((env) =>
    different.map((name) => `${name} ${env[name] || 'not set'}`).join(', '),
  )
  const because = `checks look at the tmux socket ${socket} (${theirs}) and this terminal at ${here} (${ours}): what one starts the other does not see`
  return [error('other-tmux', because, 'gt-heartbeat install')]
}

/** What decides on a socket: the folder, and in some kinds of town the name. */
const deciding = ['TMUX_TMPDIR', 'GT_TMUX_SOCKET'] as const

/** A tab, and a letter that is two bytes in UTF-8: without a UTF-8 locale the server prints neither. */
const sample = '\tü'

async function server({ checks, machine }: Patient, socket: string): Promise<readonly Ailment[]> {
  const args = ['-u', '-S', socket, 'display-message', '-p', `#{pid}${sample}`]
  const said = await machine.commands.run({ program: 'tmux', args, cwd: '/', env: definedOnly(checks), deadline: 5000 })
  const pid = said.ok ? /^\d+/.exec(said.stdout)?.[0] : undefined
  if (!said.ok || pid === undefined) return []
  const isGarbled = !said.stdout.startsWith(`${pid}${sample}`)
  return [...inUnit(pid, socket), ...privileges(pid, socket), ...(isGarbled ? [garbled(said.stdout)] : [])]
}

const checksOwn = /^(gt-(heartbeat|lifecycle|rearm)(@[^.]*)?|cron|crond|cronie)\.service$/

/** Ends every session, and has the next check start them again where they should be. */
const anew = (socket: string): string =>
  `gt-heartbeat down && tmux -S ${shown(socket)} kill-server; gt-heartbeat up && gt-heartbeat --once`

function inUnit(pid: string, socket: string): readonly Ailment[] {
  const unit = unitOf(pid) ?? ''
  if (!checksOwn.test(unit)) return []
  const because = `the tmux server (pid ${pid}) runs inside ${unit}: what ends that unit may end every agent. The command ends all sessions and starts the town's again in a unit of their own`
  return [warning('tmux-in-unit', because, anew(socket))]
}

function privileges(pid: string, socket: string): readonly Ailment[] {
  if (!hasNoNewPrivileges(Number(pid))) return []
  const because = `the tmux server (pid ${pid}) was started without the right to new privileges: sudo and the like fail in every agent. The command ends all sessions`
  return [warning('tmux-no-privileges', because, anew(socket))]
}

const garbled = (text: string): Ailment =>
  error(
    'tmux-locale',
    `tmux prints ${JSON.stringify(text.trim())} where a tab and an umlaut should be: it knows no UTF-8`,
    undefined,
  )
