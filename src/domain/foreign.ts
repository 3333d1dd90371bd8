/** What tells a program who runs it, or leads it elsewhere: that of whoever runs a check must reach no child of it. */
export const foreignNames = [
  'GT_ROLE',
  'GT_RIG',
  'GT_POLECAT',
  'GT_CREW',
  'GT_SESSION',
  'GT_AGENT',
  'GT_PROCESS_NAMES',
  'GT_PANE_ID',
  'BD_ACTOR',
  'BD_AGENT_MODE',
  'BEADS_DIR',
  'BEADS_DB',
  'CLAUDECODE',
  'CLAUDE_CODE',
  'NODE_OPTIONS',
  'NODE_CHANNEL_FD',
] as const
