import { basename, dirname } from 'node:path'
import type { Dialect } from '../dialects/dialect.js'
import type { Tmux } from '../ports/tmux.js'

/** What tells where a town's tmux server listens. */
interface Place {
  readonly tmux: Pick<Tmux, 'socket'>
  readonly dialect: Pick<Dialect, 'socketName'>
}

/** The environment with which gt finds the tmux server that the checks look at, wherever the user's profile points. */
export function tmuxPlace(
  { tmux: { socket }, dialect }: Place,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { TMUX_TMPDIR: _folder, GT_TMUX_SOCKET: _name, ...others } = env
  const folder = dirname(socket)
  const name = basename(socket)
  const isUsual = basename(folder).startsWith('tmux-')
  // gt takes a name as it is given, and makes this one where none is.
  const isOwn = name === dialect.socketName?.({})
  return { ...others, ...(isUsual ? { TMUX_TMPDIR: dirname(folder) } : {}), ...(isOwn ? {} : { GT_TMUX_SOCKET: name }) }
}
