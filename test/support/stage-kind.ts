import type { Agent } from '../../src/domain/agent.js'
import { currentStage } from './current-stage.js'
import { type BeadText, putAgentBead, putIssue } from './issue-store.js'
import { beadIdOf, folderOf, sessionOf, stateFileOf } from './stage-names.js'
import { type Environment, makeRig, makeTownFolder, type RigOptions } from './town-folder.js'
import type { SentMail } from './town-records.js'

/** How a stage of one kind is set: its names, its folders, its records, and who plays gt, bd and the agents. */
export interface StageKind {
  /** The folder of its stand-ins below `programs`, with a slash at its end, or ''. */
  readonly programs: string
  /** The prompt its agents show. */
  readonly prompt: RegExp
  socketName(root: string): string
  sessionOf(agent: Agent, prefix: string): string
  /** Its work folder, below the town's root. */
  folderOf(agent: Agent): string
  /** The id of its bead. */
  beadIdOf(agent: Agent, prefix: string): string
  /** The file with its request flags, below the town's root. */
  stateFileOf(agent: Agent): string
  /** What the session of an agent that runs already has in its environment. */
  sessionEnvironment(agent: Agent): Environment
  makeTown(root: string): void
  /** Makes a rig and returns the folder that holds its issues; `prefix` comes without its dash. */
  makeRig(root: string, rig: string, options: RigOptions & { readonly prefix: string }): string
  /** Without its dash, of a rig for which none was chosen. */
  usualPrefix(rig: string): string
  /** Whether agents' beads lie with their rig's issues; else all in the town. */
  readonly beadsByRig: boolean
  putAgentBead(folder: string, bead: BeadText): void
  putMail(root: string, id: string, mail: SentMail): void
  readonly mailPrefix: string
}

const classicStage: StageKind = {
  programs: '',
  prompt: />/,
  socketName: () => 'default',
  sessionOf,
  folderOf,
  beadIdOf,
  stateFileOf,
  sessionEnvironment: () => ({}),
  makeTown: makeTownFolder,
  makeRig: (root, rig, { prefix, ...options }) => makeRig(root, rig, { ...options, prefix: `${prefix}-` }),
  usualPrefix: () => 'gt',
  beadsByRig: true,
  putAgentBead,
  putMail: (root, id, mail) => {
    const sent = new Date(Date.now() - (mail.secondsAgo ?? 0) * 1000).toISOString()
    putIssue(root, {
      id,
      title: mail.subject,
      description: mail.body,
      issue_type: 'message',
      assignee: mail.to ?? 'deacon/',
      created_at: sent,
      created_by: mail.from,
      updated_at: sent,
      labels: [`from:${mail.from}`, 'thread:thread-0123456789ab'],
      ephemeral: true,
    })
  },
  mailPrefix: 'gm',
}

/** Kinds of town that a stage can be set for. */
export const stageKinds = { classic: classicStage, current: currentStage } as const

export type StageKindName = keyof typeof stageKinds
