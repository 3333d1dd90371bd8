/** JSON as one line. */
export const json = (value: unknown): string => JSON.stringify(value)
/** Files that make work trees of folders. */
export const worktree = (...folders: readonly string[]) =>
  Object.fromEntries(folders.map((folder) => [`${folder}/.git/HEAD`, 'ref: refs/heads/main\n']))

/** Files that a town of any kind has. Its deacon and its witness are down, `toast` has crashed, `stuck` is silent, `max` and
 *  the mayor ask for something: a check of it has something to do in every step. */
export const files = (prefixes: { readonly gastown: string; readonly reef: string }) => ({
  'mayor/town.json': json({ type: 'town', version: 1, name: 'stage', created_at: '2026-01-05T10:00:00Z' }),
  'mayor/rigs.json': json({
    version: 1,
    rigs: {
      gastown: { git_url: 'none', beads: { prefix: prefixes.gastown } },
      reef: { git_url: 'none', beads: { prefix: prefixes.reef } },
    },
  }),
  'mayor/state.json': json({ requesting_restart: true, requesting_time: '@ago:90@', role: 'mayor' }),
  'deacon/state.json': json({ role: 'deacon' }),
  'gastown/witness/state.json': json({ role: 'witness', patrol_count: 3 }),
  'gastown/crew/max/state.json': json({ role: 'crew', requesting_cycle: true, note: 'kept' }),
  'reef/witness/.keep': '',
  'reef/polecats/.keep': '',
  'reef/crew/.keep': '',
  ...worktree('gastown/refinery/rig', 'gastown/crew/max'),
  'daemon/state.json': json({ running: false, pid: 0, heartbeat_count: 41, last_heartbeat: '@ago:300@', note: 'kept' }),
  'daemon/next-interval': '300\n',
  'daemon/heartbeat/next': '@s:300@ @s:0@ @s:0@\n',
  'daemon/heartbeat/town.json': json({ schema: 1, note: 'kept' }),
  'daemon/heartbeat/ledger.json': json({
    schema: 1,
    agents: {
      'gastown/refinery': { starts: [], absentSince: '@ms:3600@' },
      'reef/witness': { starts: [{ at: '@ms:900@', by: 'inference', outcome: 'started' }], aliveSince: '@ms:600@' },
      deacon: { starts: [{ at: '@ms:4000@', by: 'inference', outcome: 'failed' }], absentSince: '@ms:60@' },
    },
    notices: { 'x|gastown/polecats/gone|gt-w0': { state: 'sent', at: '@ms:700@', to: 'mayor/', subject: 'x' } },
    claims: {
      'gm-done': {
        address: 'gastown/witness',
        verb: 'cycle',
        session: 'absent',
        state: 'done',
        claimedAt: '@ms:800@',
        changedAt: '@ms:790@',
        mailOpen: true,
      },
      'gm-began': {
        address: 'reef/witness',
        verb: 'restart',
        session: { serverPid: 7, sessionId: '$7', paneStart: '7@7' },
        state: 'claimed',
        claimedAt: '@ms:70@',
        changedAt: '@ms:70@',
        mailOpen: true,
      },
    },
    typing: {},
    typed: { 'gm-told': '@ms:900@' },
    children: [],
    conditions: { 'finding|looking|not-understood|reef/witness': '@ms:600@' },
    activityAt: '@ms:200@',
    lastCheck: { startedAt: '@ms:302@', endedAt: '@ms:300@', intervalSeconds: 300 },
    note: 'kept',
  }),
  'daemon/heartbeat/history.jsonl': `${json({
    type: 'check',
    run: 'r1',
    at: '@ago:302@',
    mode: 'heartbeat',
    trigger: 'timer',
    durationMs: 900,
    gate: null,
    verdict: 'ok',
    exitCode: 0,
    done: 1,
    failed: 0,
    blindSpots: [],
    waiting: [{ agent: 'deacon', verdict: 'waiting', because: 'it keeps dying' }],
    deferred: [],
    next: { idleSeconds: 5, intervalSeconds: 300, at: '@ago:0@', reason: 'the town is active' },
  })}\n${json({ type: 'deed', run: 'r1', at: '@ago:301@', rule: 'deacon-running', kind: 'start', agent: 'deacon', because: 'gone', outcome: 'done' })}\n`,
  'daemon/heartbeat/failures.json': json({ schema: 1, newest: null, broken: [], told: {} }),
  'daemon/heartbeat/first-questions.json': json({ schema: 1, questions: [] }),
  'daemon/activity.json': json({ timestamp: '@ago:200@', command: 'gt status' }),
  'settings/config.json': json({ type: 'town-settings', version: 1, default_agent: 'claude' }),
})

/** Nobody's profile is read, and no repository is asked. */
export const config = json({ worktree: false, launchShell: false, theme: false, guppAfter: '30m' })

/** What an agent's bead says of it. */
export const said = (role: string, rig: string, state: string, hook = 'null') => ({
  role_type: role,
  rig,
  agent_state: state,
  hook_bead: hook,
})
