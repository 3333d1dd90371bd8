import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Agent, rigOf } from '../../src/domain/agent.js'
import type { Rig } from '../../src/domain/snapshot.js'
import { putIssue } from '../support/issue-store.js'
import { end, processesOf } from '../support/leftovers.js'
import { type StageKind, type StageKindName, stageKinds } from '../support/stage-kind.js'
import { located } from '../support/stand-ins.js'
import { type TmuxStage, tmuxStage } from '../support/tmux-stage.js'
import { type Environment, put } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'
import { prepareAnswers, prepareMail, putDelay, putStandIns } from './answers.js'

/** How big a town is, and of which kind. */
export interface Plan {
  readonly kind: StageKindName
  readonly rigs: number
  /** In each rig. */
  readonly polecats: number
  /** So many sessions at most; the last polecats of each rig are done with their work then. A machine has 4096 terminals to give away. */
  readonly sessions: number
}

/** A town that is looked at again and again: real tmux, stand-ins that cost next to nothing. */
export interface BenchTown {
  readonly plan: Plan
  readonly stage: string
  readonly root: string
  readonly env: Environment
  readonly agents: readonly BenchAgent[]
  readonly tmux: TmuxStage
  /** From now on bd and gt sleep so many milliseconds before they answer. */
  slowDown(ms: number): void
  /** From now on so many mails wait that ask for nothing. `length`: of each one's text. */
  putMails(many: number, length: number): void
  /** Ends one polecat in each rig: its session goes, its work stays on its hook. */
  killOneInEachRig(): void
  end(): Promise<void>
}

/** An agent with the names by which it is asked for. */
export interface BenchAgent {
  readonly agent: Agent
  readonly session: string
  readonly bead: string
  readonly isUp: boolean
}

/** What hangs on a polecat's hook; in a current town each rig has its own. */
const workOf = (rig: string): string => `${prefixOf(rig)}-w1`

/** Every agent of a town of that size. */
function agentsOf({ rigs, polecats, sessions }: Plan, kind: StageKind): readonly BenchAgent[] {
  const up = Math.min(polecats, Math.floor((sessions - 2) / rigs) - 2)
  const everybody: readonly (readonly [Agent, boolean])[] = [
    [{ role: 'deacon' }, true],
    [{ role: 'mayor' }, true],
    ...count(rigs).flatMap((nth): readonly (readonly [Agent, boolean])[] => {
      const rig = rigName(nth)
      return [
        [{ role: 'witness', rig }, true],
        [{ role: 'refinery', rig }, true],
        ...count(polecats).map((one) => [{ role: 'polecat', rig, name: `p${one}` }, one < up] as const),
      ]
    }),
  ]
  return everybody.map(([agent, isUp]) => ({
    agent,
    isUp,
    session: kind.sessionOf(agent, prefixOf(rigOf(agent))),
    bead: kind.beadIdOf(agent, prefixOf(rigOf(agent))),
  }))
}

const count = (many: number): readonly number[] => Array.from({ length: many }, (_, nth) => nth)
const rigName = (nth: number): string => `r${nth}`
/** Unlike its name: a rig whose prefix is its name has beads of a shorter form. */
const prefixOf = (rig: string | undefined): string => (rig === undefined ? 'hq' : `x${rig.slice(1)}`)

const rigsOf = ({ rigs }: Plan): readonly Rig[] =>
  count(rigs).map((nth) => ({ name: rigName(nth), prefix: prefixOf(rigName(nth)) }))

/** Raises a healthy town: everybody that has a terminal is at work. */
export function raiseBenchTown(plan: Plan): BenchTown {
  const kind = stageKinds[plan.kind]
  const stage = realpathSync(mkdtempSync(join(tmpdir(), 'bench-')))
  const [root, bin] = [join(stage, 'town'), join(stage, 'bin')]
  const agents = agentsOf(plan, kind)
  const env = environmentOf(stage, bin)
  const socket = join(stage, 's', `tmux-${process.getuid?.()}`, kind.socketName(root))
  const tmux = tmuxStage({ program: located('tmux', env['PATH'] ?? '') ?? 'tmux', socket, env })
  mkdirSync(bin)
  putFiles({ kind, root, plan, agents })
  prepareAnswers({ kindName: plan.kind, root, rigs: rigsOf(plan) })
  // Its name is what tmux shows of a pane.
  copyFileSync(located('sleep', env['PATH'] ?? '') ?? '/bin/sleep', join(bin, 'claude'))
  startSessions({ kind, tmux, root, bin, agents })
  putStandIns(bin, plan.kind, env['PATH'] ?? '')
  return {
    plan,
    stage,
    root,
    env,
    agents,
    tmux,
    slowDown: (ms) => putDelay(bin, ms),
    putMails: (many, length) => {
      const mail = { from: 'mayor/', subject: 'Read this when you have time', body: 'word '.repeat(length / 5) }
      for (const nth of count(many)) kind.putMail(root, `${kind.mailPrefix}-${nth}`, mail)
      prepareMail({ kindName: plan.kind, root, rigs: rigsOf(plan) })
    },
    killOneInEachRig: () => {
      const lost = agents.filter(({ agent }) => agent.role === 'polecat' && agent.name === 'p0')
      for (const { session } of lost) tmux.tmux('kill-session', '-t', `=${session}:`)
    },
    end: () => strike(stage, tmux),
  }
}

function environmentOf(stage: string, bin: string): Environment {
  const path = process.env['PATH'] ?? '/usr/bin:/bin'
  mkdirSync(join(stage, 'home'))
  return {
    GT_TOWN_ROOT: join(stage, 'town'),
    HOME: join(stage, 'home'),
    LANG: 'C.UTF-8',
    PATH: `${bin}:${path}`,
    SHELL: '/bin/sh',
    TMUX_TMPDIR: join(stage, 's'),
    USER: 'bench',
  }
}

interface Setting {
  readonly kind: StageKind
  readonly root: string
  readonly agents: readonly BenchAgent[]
}

function putFiles({ kind, root, plan, agents }: Setting & { readonly plan: Plan }): void {
  kind.makeTown(root)
  for (const { name } of rigsOf(plan)) kind.makeRig(root, name, { prefix: prefixOf(name) })
  for (const { agent } of agents) {
    const folder = join(root, kind.folderOf(agent))
    mkdirSync(folder, { recursive: true })
    if (agent.role === 'polecat') put(join(folder, '.git/HEAD'), 'ref: refs/heads/polecat\n')
  }
  for (const { name } of rigsOf(plan)) {
    const assignee = `${name}/polecats/p0`
    putIssue(kind.beadsByRig ? root : join(root, name), { id: workOf(name), status: 'hooked', assignee })
  }
  for (const { agent, bead, isUp } of agents) {
    const hook = agent.role === 'polecat' && isUp ? workOf(agent.rig) : undefined
    const state = isUp ? 'working' : 'done'
    kind.putAgentBead(root, { id: bead, role: agent.role, rig: rigOf(agent), state, hook, updatedAt: new Date() })
  }
}

/** So many sessions one tmux makes. */
const together = 50

function startSessions({ kind, tmux, root, bin, agents }: Setting & Pick<BenchTown, 'tmux'> & { bin: string }): void {
  const up = agents.filter(({ isUp }) => isUp)
  const command = [join(bin, 'claude'), '1000000']
  for (let from = 0; from < up.length; from += together) {
    tmux.start(
      ...up.slice(from, from + together).map(({ agent, session }) => ({
        name: session,
        folder: join(root, kind.folderOf(agent)),
        command,
        environment: kind.sessionEnvironment(agent),
      })),
    )
  }
}

async function strike(stage: string, tmux: TmuxStage): Promise<void> {
  tmux.stop()
  await waitFor('nobody is left', () => processesOf(stage).length === 0, 20_000).catch(() => undefined)
  for (const { pid } of processesOf(stage)) end(pid)
  rmSync(stage, { recursive: true, force: true, maxRetries: 3 })
}

/** How a town is called in a table: `20 x 30 current`. */
export const titleOf = ({ kind, rigs, polecats }: Plan): string => `${rigs} x ${polecats} ${kind}`
