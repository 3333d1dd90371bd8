import { commandOf, type StartsByGt } from '../dialects/dialect.js'
import { type Agent, address } from '../domain/agent.js'
import { type Redaction, redactionFor } from '../domain/redaction.js'
import type { Sighting } from '../domain/session-sight.js'
import type { CommandResult } from '../ports/command.js'
import { findProgram } from '../ports/program-path.js'
import { loginEnvironment, throughLoginShell } from './login-environment.js'
import { lookAgain } from './look-again.js'
import type { Opening } from './open-session.js'
import { remarked } from './outcomes.js'
import type { Performing } from './performing.js'
import { runRecorded } from './recorded-child.js'
import { whyNoSession } from './tmux-obstacles.js'
import { tmuxPlace } from './tmux-place.js'

/** Kept back from gt's time for the look that tells how it went, milliseconds. */
const forTheLook = 5000

/** Has gt make the session of an agent that has none, and looks whether it stands. What gt says counts only where tmux leaves it
 *  open: gt waits for the agent's prompt, and where that never comes it is ended at its deadline while its agent works. */
export async function startByGt(performing: Performing, agent: Agent, starts: StartsByGt): Promise<Opening> {
  const { town } = performing
  const { env, note } = await loginEnvironment(town)
  const anchor = await town.tmux.anchor(throughLoginShell(town))
  try {
    const call = commandOf(town.dialect, starts.startCall(agent), { root: town.root, env })
    const deadline = Math.max(1, Math.min(town.settings.startDeadline, town.commands.left() - forTheLook))
    const said = await runRecorded(performing, address(agent), {
      ...call,
      // The one that was asked all along, whatever the user's PATH begins with.
      program: findProgram(call.program, town.env) ?? call.program,
      env: tmuxPlace(town, call.env),
      deadline,
    })
    const name = town.dialect.sessionName(agent)
    const sight = await lookAgain(performing, agent)
    const because = sight.session || sight.liveness.blind ? undefined : await whyNoSession(performing)
    const tells = { name, starts, said, because, notes: [note, anchor.note], redact: redactionFor(call.env) }
    const opening = judge(tells, sight)
    if (opening.kind === 'started') await town.tmux.endView(name)
    return opening
  } finally {
    await anchor.release()
  }
}

interface Said {
  readonly name: string
  readonly starts: StartsByGt
  readonly said: CommandResult
  /** What in the user's tmux configuration can have kept the session from standing. */
  readonly because: string | undefined
  readonly notes: readonly (string | undefined)[]
  /** Of what its environment has. */
  readonly redact: Redaction
}

function judge({ name, starts, said, because, notes, redact }: Said, { session, liveness }: Sighting): Opening {
  const failed = (error: string) => ({ kind: 'failed', error, swallowed: false }) as const
  if (liveness.blind) return failed(`nobody can tell whether its session came up: ${liveness.because}`)
  if (!session) {
    return failed(`gt made no session ${name}: ${[because, redact(wordsOf(said))].filter(Boolean).join('; ')}`)
  }
  const { identity, death } = session
  if (death) return { ...failed(`its pane ended at once${statusOf(death)}: ${redact(wordsOf(said))}`), left: identity }
  // What runs there may be an agent that nobody here knows: gt's word counts.
  if (liveness.state !== 'alive' && !said.ok) return failed(`${said.failure}; ${liveness.because}`)
  if (starts.isThere(`${said.stdout}\n${said.stderr}`)) return { kind: 'duplicate' }
  const complaint = said.ok || said.kind === 'timeout' ? undefined : said.failure
  const remark = remarked([...notes, complaint].filter((one) => one !== undefined))
  return { kind: 'started', identity, ...(remark === undefined ? {} : { note: remark }) }
}

const statusOf = ({ status }: { readonly status: number | undefined }): string =>
  status === undefined ? '' : ` with exit code ${status}`

const wordsOf = (said: CommandResult): string => (said.ok ? lastWords(said) : said.failure)
const lastWords = ({ stdout, stderr }: CommandResult): string =>
  (stderr.trim() || stdout.trim()).split('\n').at(-1) || 'and it gave no reason'
