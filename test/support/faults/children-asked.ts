import type { Child } from './children.js'

/** Who is asked something. */
export const asked: readonly Child[] = [
  {
    says: 'the list of panes',
    kind: 'classic',
    program: 'tmux',
    words: '*list-panes*',
    needed: /./,
    without: 'a failure',
  },
  {
    says: 'the agents of a rig',
    kind: 'classic',
    program: 'bd',
    words: '*/other/*--type=agent*',
    without: 'a failure',
  },
  {
    says: "the deacon's inbox",
    kind: 'classic',
    program: 'bd',
    words: '*message*deacon/*',
    needed: /^(cycle|shutdown|record-spawns|trigger-spawn)/,
    without: 'a failure',
  },
  {
    says: 'the work on a hook',
    kind: 'classic',
    program: 'bd',
    words: '* show *',
    needed: /toast|gone|mark-dead/,
    without: 'a failure',
  },
  { says: 'the version of gt', kind: 'classic', program: 'gt', words: '*: --version', without: 0 },
  { says: 'the version of bd', kind: 'classic', program: 'bd', words: '*: --version', without: 0 },
  {
    says: 'the agents of a current town',
    kind: 'current',
    program: 'bd',
    words: '*gt:agent*',
    needed: /./,
    without: 'a failure',
  },
  {
    says: 'the login shell',
    kind: 'current',
    program: 'ksh',
    words: '*',
    without: 0,
    prepare: (town, settings) => {
      town.programs.replace('ksh', ['/bin/sh'])
      town.configure({ ...settings, launchShell: `${town.programs.bin}/ksh` })
    },
  },
]
