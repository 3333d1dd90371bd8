import { join } from 'node:path'
import * as z from 'zod/mini'
import { exists, readJson } from '../ports/files.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { shown } from '../schedulers/steps.js'
import type { AgentsShell } from './agents-shell.js'
import { type Patient, warning } from './patient.js'
import { socketOfChecks } from './tmux.js'

/** Where a rig's repository is reached through ssh: whether an agent has an ssh agent that answers for it. */
export function sshAgent(patient: Patient, { ssh }: AgentsShell): readonly Ailment[] {
  if (ssh !== '' && exists(ssh)) return []
  const [rig] = rigsBySsh(patient.place.root)
  if (rig === undefined) return []
  const here = patient.machine.env['SSH_AUTH_SOCK'] ?? ''
  const isHere = here !== '' && exists(here)
  const found = ssh === '' ? 'SSH_AUTH_SOCK is not set' : `SSH_AUTH_SOCK names ${ssh}, which is gone,`
  const because = `${found} where agents will look for it, and ${rig.name} is reached through ssh (${rig.url})`
  const mend = isHere
    ? `tmux -S ${shown(socketOfChecks(patient))} set-environment -g SSH_AUTH_SOCK ${shown(here)}`
    : undefined
  return [warning('ssh-agent-missing', isHere ? `${because}; this terminal has one` : because, mend)]
}

const rigsSchema = z.looseObject({ rigs: z.record(z.string(), z.looseObject({ git_url: z.optional(z.string()) })) })

/** `ssh://…` and `user@host:path`. */
const bySsh = /^(git\+)?ssh:\/\/|^[^/:@\s]+@[^/:\s]+:/

function rigsBySsh(root: string): readonly { readonly name: string; readonly url: string }[] {
  const file = readJson(join(root, 'mayor/rigs.json'))
  const rigs = file.known ? rigsSchema.safeParse(file.value).data?.rigs : undefined
  return Object.entries(rigs ?? {}).flatMap(([name, { git_url: url = '' }]) => (bySsh.test(url) ? [{ name, url }] : []))
}
