const esc = '\u001b'
/** What a terminal obeys: colours, a title, an answer typed back, the eight-bit form of it, a link; and what reorders text. */
const steering = [
  `${esc}[31mred`,
  `${esc}]0;title\u0007`,
  `${esc}[6n`,
  '\u009b2J',
  `${esc}]8;;http://x\u0007y${esc}]8;;\u0007`,
  `${esc}P$qm${esc}\\`,
  '\u202eevil\u202c',
  '\u200fx',
  'a\rb',
  'a\bb',
  '\u007f',
  'a\u2028b',
  '\u0085',
  '\u0000',
]
const shell = [
  '$(pwned)',
  '`pwned`',
  ';pwned;',
  '| pwned',
  '&& pwned',
  'a\npwned\n',
  "'; pwned; '",
  '"$(pwned)"',
  '#(pwned)',
  '#{E:pwned}',
  '%pwned%',
]
const options = ['-x', '--help', '--force', '-S/tmp/x', '--', '-', '--db=/tmp/x']
const targets = '=gt-deacon: : . a:b a.b $1 @1 %1 {last} ! = gt-* gt-gastown-stuck hq-mayor'.split(' ')
const paths = [
  '..',
  '../..',
  '../outside',
  '../../outside',
  'a/b',
  '/',
  './x',
  'a/../../b',
  '.git',
  '~',
  'x\u0000y',
  '%2F..%2F',
  'a\\b',
]
const prototypes = '__proto__ constructor prototype toString hasOwnProperty valueOf toJSON then length'.split(' ')
const odd = [
  '',
  ' ',
  '\t',
  '\n',
  'null',
  'undefined',
  'NaN',
  '0',
  'true',
  '[object Object]',
  '\ud800',
  '\udfff\ud800',
  '﻿',
  'ﷺ',
  'Ａ',
  'é',
  'e\u0301',
  '💥',
  'x'.repeat(5000),
]
const roles =
  'witness refinery deacon mayor deacon/ overseer gastown/witness gastown/polecats/toast gastown/crew/max reef gastown toast stuck crew-max max'.split(
    ' ',
  )
const ids = [
  'gm-1',
  'gm-done',
  'gt-w1',
  'gt-gastown-polecat-toast',
  'gt-deacon',
  'hq-deacon',
  'GT-W1',
  'gt-w1.1',
  '-gt',
  'gt w1',
  'gt-w1\n',
  'gt-*',
]
const verbs = [
  'cycle',
  'shutdown',
  'restart',
  'stop',
  '{"action":"shutdown"}',
  'Action: shutdown',
  'cycle --reason "a b',
  'cycle --__proto__.x=1',
  'lifecycle:',
  'LIFECYCLE: x',
  'POLECAT_STARTED gastown/toast',
  'POLECAT_STARTED ../x/y',
  'running',
  'working',
  'dead',
  'done',
  'hooked',
  'closed',
]
/** Times of other centuries, of no calendar, in no form. */
export const plantedTimes: readonly string[] = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30T00:00:00Z',
  '1969-12-31T23:59:59.999999999Z',
  '@ago:-3600@',
  '@ago:99999999@',
  '2026-11-22',
  '1e9',
  '+275760-09-13T00:00:00Z',
  '2026-11-22T25:00:00Z',
]

/** Words that somebody might plant: what steers a terminal or a shell, what passes for an option, a target, a path, a role. */
export const plantedWords: readonly string[] = [
  ...steering,
  ...shell,
  ...options,
  ...targets,
  ...paths,
  ...prototypes,
  ...odd,
  ...roles,
  ...ids,
  ...verbs,
  ...plantedTimes,
]
