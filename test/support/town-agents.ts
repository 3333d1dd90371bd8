import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { rigOf } from '../../src/domain/agent.js'
import type { StageKind } from './stage-kind.js'
import { agentOf } from './stage-names.js'
import type { TmuxStage } from './tmux-stage.js'
import { type Environment, makeWorktree, putJson, readObject } from './town-folder.js'
import { waitFor } from './wait-for.js'

/** Who works in a fake town. Agents are named by address. */
export interface TownAgents {
  /** Work folders: a polecat's is a git worktree on a branch of its own, a crew member's and a refinery's a clone. */
  addWorker(who: string): void
  session(who: string): string
  folder(who: string): string
  isUp(who: string): boolean
  /** Starts the sessions of these agents, each with a stand-in that shows its prompt. */
  wake(...who: readonly string[]): Promise<void>
  /** A session in which a shell is left and no agent. */
  leaveShell(who: string): Promise<void>
  /** Ends an agent's process the hard way; its session ends with it. */
  crash(who: string): Promise<void>
  /** Sets `requesting_<verb>` in the agent's state file, as an agent does before it asks. */
  raiseFlag(who: string, verb: string): void
  flags(who: string): Readonly<Record<string, unknown>>
}

export interface AgentStage {
  readonly root: string
  readonly kind: StageKind
  prefixOf(rig: string | undefined): string
  readonly env: Environment
  readonly tmux: TmuxStage
  /** The stand-in for an agent. */
  readonly claude: string
  /** Where the repositories of the rigs are kept. */
  readonly repositories: string
}

export function townAgents({ root, kind, prefixOf, env, tmux, claude, repositories }: AgentStage): TownAgents {
  const folder = (who: string): string => join(root, kind.folderOf(agentOf(who)))
  const stateFile = (who: string): string => join(root, kind.stateFileOf(agentOf(who)))
  const session = (who: string): string => kind.sessionOf(agentOf(who), prefixOf(rigOf(agentOf(who))))
  const environment = (who: string) => kind.sessionEnvironment(agentOf(who))
  const sight = (who: string) => tmux.sessions().find(({ name }) => name === session(who))
  const raise = (who: readonly string[], command: readonly string[]): void => {
    for (const one of who) mkdirSync(folder(one), { recursive: true })
    tmux.start(
      ...who.map((one) => ({ name: session(one), folder: folder(one), command, environment: environment(one) })),
    )
  }
  const shows = (who: string, prompt: RegExp) =>
    waitFor(`${who} shows its prompt`, () => prompt.test(tmux.screen(session(who))))
  return {
    addWorker: (who) => {
      const agent = agentOf(who)
      const branch = agent.role === 'polecat' ? `polecat/${agent.name}` : 'main'
      makeWorktree({ folder: folder(who), env, repositories: join(repositories, rigOf(agent) ?? 'town'), branch })
    },
    session,
    folder,
    isUp: (who) => sight(who) !== undefined,
    wake: async (...who) => {
      raise(who, [claude, '--awake'])
      for (const one of who) await shows(one, kind.prompt)
    },
    leaveShell: async (who) => {
      raise([who], ['sh', '-i'])
      await shows(who, /[#$]/)
    },
    crash: async (who) => {
      const pid = sight(who)?.panePid
      if (pid === undefined) throw new Error(`${who} does not run`)
      process.kill(pid, 'SIGKILL')
      await waitFor(`the session of ${who} is gone`, () => {
        // A tmux built with libutempter may notice the end of a process only when another one ends.
        if (sight(who) === undefined) return true
        try {
          tmux.tmux('run-shell', 'true')
        } catch {
          // The server ends with its last session.
        }
        return false
      })
    },
    raiseFlag: (who, verb) => {
      const flags = { [`requesting_${verb}`]: true, requesting_time: new Date().toISOString() }
      putJson(stateFile(who), { ...readObject(stateFile(who)), ...flags })
    },
    flags: (who) => readObject(stateFile(who)),
  }
}
