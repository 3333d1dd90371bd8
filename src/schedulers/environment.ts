import { ConfigError } from '../errors.js'
import type { Machine, Schedule } from './scheduler.js'
import { refuseControl } from './script.js'

/** What a check needs of the shell that installs, besides PATH and locale. Nothing else is taken: a shell also holds secrets. */
const taken = [
  'TMUX_TMPDIR',
  'GT_TMUX_SOCKET',
  'GT_DOLT_HOST',
  'GT_DOLT_PORT',
  'BEADS_DOLT_SERVER_HOST',
  'BEADS_DOLT_SERVER_PORT',
  'BEADS_DOLT_PORT',
  'GT_HEARTBEAT_OPTS',
] as const

/** The environment of a schedule's checks. `options`: further words for $GT_HEARTBEAT_OPTS. Throws ConfigError for a value with a line break in it. */
export function takeEnvironment(
  machine: Machine,
  { town, path, options }: { readonly town: string; readonly path: string; readonly options: readonly string[] },
): Schedule['environment'] {
  const { env, platform } = machine
  const set = Object.fromEntries(taken.map((name) => [name, env[name] ?? '']))
  const words = [set['GT_HEARTBEAT_OPTS'], ...options.map(word)].filter((text) => text !== '').join(' ')
  const all = { GT_TOWN_ROOT: town, PATH: path, LC_ALL: locale(env, platform), ...set, GT_HEARTBEAT_OPTS: words }
  const found = Object.entries(all).filter(([, value]) => value !== '')
  for (const [name, value] of found) refuseControl(value, name === 'GT_TOWN_ROOT' ? 'the town' : `$${name}`)
  return Object.fromEntries(found)
}

/** The user's own locale where it is a UTF-8 one: tmux would print `_` for every other character. */
function locale(env: Machine['env'], platform: NodeJS.Platform): string {
  const users = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  if (/utf-?8/i.test(users)) return users
  return platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
}

/** A word of $GT_HEARTBEAT_OPTS, where nothing but quotes is special. */
function word(text: string): string {
  if (/^[^\s'"]+$/.test(text)) return text
  if (!text.includes("'")) return `'${text}'`
  if (!text.includes('"')) return `"${text}"`
  throw new ConfigError([{ file: '--config', key: '', what: `${text} has both kinds of quotes in it: rename it` }])
}

/** Lines of an environment file, as systemd reads it and a shell would too: everything between double quotes, nothing expanded. */
export const environmentLines = (environment: Schedule['environment']): readonly string[] =>
  Object.entries(environment).map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, '\\$&')}"`)
