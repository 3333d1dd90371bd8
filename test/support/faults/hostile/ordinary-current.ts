import type { HostileTown } from './hostile-town.js'
import { config, files, json, said, worktree } from './ordinary-files.js'
import { mails, prompt } from './ordinary-mails.js'
import { paneOf } from './panes.js'
import { agentRow, rigRow, versionsOf, workRow } from './recorded-rows.js'

const currentAgents = [
  agentRow('current', 'hq-deacon', said('deacon', 'null', 'idle')),
  agentRow('current', 'hq-mayor', said('mayor', 'null', 'idle')),
  agentRow('current', 'ga-gastown-witness', said('witness', 'gastown', 'idle')),
  agentRow('current', 'ga-gastown-refinery', said('refinery', 'gastown', 'idle')),
  agentRow('current', 're-reef-witness', said('witness', 'reef', 'idle')),
  agentRow('current', 're-reef-refinery', said('refinery', 'reef', 'idle')),
  agentRow('current', 'ga-gastown-polecat-toast', said('polecat', 'gastown', 'working', 'ga-w1'), 7200),
  agentRow('current', 'ga-gastown-polecat-stuck', said('polecat', 'gastown', 'working', 'ga-w2'), 7200),
]
const currentWork = [
  workRow('current', 'ga-w1', 'gastown/polecats/toast'),
  workRow('current', 'ga-w2', 'gastown/polecats/stuck'),
]

const dolt = (name: string): string =>
  json({ database: 'dolt', backend: 'dolt', dolt_mode: 'server', dolt_database: name, dolt_server_port: 3307 })

const currentFiles = {
  ...files({ gastown: 'ga', reef: 're' }),
  ...worktree('gastown/polecats/toast/gastown', 'gastown/polecats/stuck/gastown'),
  'daemon/heartbeat.config.json': config,
  '.beads/metadata.json': dolt('hq'),
  '.beads/routes.jsonl': `${json({ prefix: 'hq-', path: '.' })}\n${json({ prefix: 'ga-', path: 'gastown' })}\n${json({ prefix: 're-', path: 'reef' })}\n`,
  'gastown/.beads/metadata.json': dolt('gastown'),
  'gastown/config.json': json({ type: 'rig', version: 1, name: 'gastown', beads: { prefix: 'ga' } }),
  'mayor/daemon.json': json({ type: 'daemon-patrol-config', version: 1, patrols: { deacon: { enabled: true } } }),
  '.runtime/heartbeats/ga-toast.json': json({ timestamp: '@ago:4000@', state: 'working', bead: '' }),
  '.runtime/deacon/paused.json': json({ paused: false }),
  '.events.jsonl': '{"ts":"x"}\n',
  '.beads-wisp/config/gastown.json': json({ values: { auto_restart: true }, blocked: [] }),
  'settings/agents.json': json({ agents: { claude: { command: 'claude' } } }),
}

/** A town of gt 1. */
export const current: HostileTown = {
  kind: 'current',
  files: currentFiles,
  folders: [],
  answers: {
    ...versionsOf('current'),
    agents: json(currentAgents),
    mail: json(mails('current')),
    show: json([...currentAgents, ...currentWork]),
    hooked: json(currentWork),
    rigs: json([rigRow('current', 'ga-rig-gastown')]),
    sent: '[]',
    panes: json([
      paneOf('hq-mayor'),
      paneOf('ga-crew-max', { path: '@town@/gastown/crew/max' }),
      paneOf('ga-stuck', { idle: 7200 }),
      paneOf('re-witness'),
      paneOf('ga-witness', { dead: true, idle: 3600 }),
      paneOf('private', { path: '/' }),
    ]),
    capture: prompt,
  },
  refusals: {},
  env: {},
}
