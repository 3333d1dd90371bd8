import { refuses } from '../stand-ins.js'
import { at, type Child } from './children.js'

const deeds: readonly Child[] = [
  { says: 'the deletion of a mail', kind: 'classic', program: 'gt', words: '*mail delete*', without: 3 },
  {
    says: 'the closing of a mail',
    kind: 'classic',
    program: 'bd',
    words: '*: close *',
    needed: /spawn/,
    without: 'a failure',
  },
  {
    says: 'the sending of a notice',
    kind: 'classic',
    program: 'gt',
    words: '*mail send*',
    needed: /notify/,
    believed: /half a line|no text/,
    without: 'a failure',
  },
  {
    says: 'the update of a bead',
    kind: 'classic',
    program: 'bd',
    words: '*: update *',
    needed: /mark-dead/,
    without: 'a failure',
  },
  { says: 'git fetch', kind: 'classic', program: 'git', words: '* fetch *', needed: /toast/, without: 0 },
  {
    says: 'the making of a session',
    kind: 'classic',
    program: 'tmux',
    words: '*new-session*',
    needed: /^(start|cycle)/,
    without: 'a failure',
  },
  {
    says: 'the end of a session',
    kind: 'classic',
    program: 'tmux',
    words: '*kill-session*',
    needed: /^(cycle|shutdown)/,
    without: 'a failure',
  },
  {
    says: 'the typing of a word',
    kind: 'classic',
    program: 'tmux',
    words: '*send-keys*',
    needed: /trigger-spawn/,
    believed: /half a line|no text|an error on its output/,
    without: 'a failure',
  },
  {
    says: 'the start of a deacon by gt',
    kind: 'current',
    program: 'gt',
    words: '*: deacon start*',
    needed: /start deacon/,
    without: 'a failure',
  },
  {
    says: 'the start of a polecat by gt',
    kind: 'current',
    program: 'gt',
    words: '*: session start*',
    needed: /toast/,
    without: 'a failure',
  },
  {
    says: 'the command of onFailure',
    kind: 'classic',
    program: 'alarm',
    words: '*',
    without: 3,
    prepare: (town, settings) => {
      town.programs.replace('alarm', ['true'])
      town.configure({ ...settings, onFailure: 'alarm loud' })
      // Somebody must fail for it to be called.
      town.programs.spoil('bd', at('*/other/*--type=agent*', refuses('Error: database is locked')))
    },
  },
]

/** Who is told to do something. */
export const told: readonly Child[] = deeds.map((child) => ({ ...child, isDeed: true }))
