import type { HostileTown } from './hostile-town.js'
import { config, files, json, said, worktree } from './ordinary-files.js'
import { mails, prompt } from './ordinary-mails.js'
import { paneOf } from './panes.js'
import { agentRow, versionsOf, workRow } from './recorded-rows.js'

const classicAgents = [
  agentRow('classic', 'gt-deacon', said('deacon', 'null', 'running')),
  agentRow('classic', 'gt-mayor', said('mayor', 'null', 'idle')),
  agentRow('classic', 'gt-gastown-witness', said('witness', 'gastown', 'idle')),
  agentRow('classic', 'gt-gastown-refinery', said('refinery', 'gastown', 'working'), 7200),
  agentRow('classic', 'gt-gastown-polecat-toast', said('polecat', 'gastown', 'working', 'gt-w1'), 7200),
  agentRow('classic', 'gt-gastown-polecat-stuck', said('polecat', 'gastown', 'working', 'gt-w2'), 7200),
  agentRow('classic', 'gt-polecat-gastown-lost', said('polecat', 'gastown', 'dead', 'gt-w3'), 7200),
  agentRow('classic', 'gt-gastown-polecat-fresh', said('polecat', 'gastown', 'spawning'), 30),
]
const classicWork = [
  workRow('classic', 'gt-w1', 'gastown/polecats/toast'),
  workRow('classic', 'gt-w2', 'gastown/polecats/stuck'),
  workRow('classic', 'gt-w3', 'gastown/polecats/lost'),
]

const classicFiles = {
  ...files({ gastown: 'gt-', reef: 're-' }),
  ...worktree('gastown/polecats/toast', 'gastown/polecats/stuck', 'gastown/polecats/fresh'),
  'daemon/heartbeat.config.json': config,
  '.beads/beads.db': '',
  '.beads/routes.jsonl': `${json({ prefix: 'gt-', path: 'gastown/mayor/rig' })}\n${json({ prefix: 're-', path: 'reef' })}\n`,
  'gastown/mayor/rig/.beads/beads.db': '',
  'spawn/pending.json': json([
    {
      rig: 'gastown',
      polecat: 'gone',
      session: 'gt-gastown-gone',
      issue: 'gt-w8',
      spawned_at: '@ago:100@',
      mail_id: 'gm-6',
      note: 'kept',
    },
    {
      rig: 'gastown',
      polecat: 'stuck',
      session: 'gt-gastown-stuck',
      issue: 'gt-w7',
      spawned_at: '@ago:100@',
      mail_id: 'gm-7',
      note: 'kept',
    },
    {
      rig: 'gastown',
      polecat: 'stuck',
      session: 'gt-mayor',
      issue: 'gt-w6',
      spawned_at: '@ago:100@',
      mail_id: 'gm-8',
      note: 'kept',
    },
  ]),
  '.beads-wisp/config/reef.json': json({ values: { status: 'active' } }),
}

/** A town of gt 0.1. */
export const classic: HostileTown = {
  kind: 'classic',
  files: classicFiles,
  folders: [],
  answers: {
    ...versionsOf('classic'),
    agents: json(classicAgents),
    mail: json(mails('classic')),
    show: json([...classicAgents, ...classicWork]),
    sent: '[]',
    panes: json([
      paneOf('gt-mayor'),
      paneOf('gt-gastown-crew-max', { path: '@town@/gastown/crew/max' }),
      paneOf('gt-gastown-stuck', { idle: 7200 }),
      paneOf('gt-gastown-fresh'),
      paneOf('gt-reef-witness'),
      paneOf('gt-gastown-witness', { dead: true, idle: 3600 }),
      paneOf('private', { path: '/' }),
    ]),
    capture: prompt,
  },
  refusals: {},
  env: {},
}
