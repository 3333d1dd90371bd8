import { expect, it } from 'vitest'
import { tmuxPlace } from '../../../src/actions/tmux-place.js'

type Place = Parameters<typeof tmuxPlace>[0]

const place = (socket: string): Place => ({ tmux: { socket }, dialect: { socketName: () => 'town-6f003d' } })

it.each([
  ['the usual place', '/tmp/tmux-0/town-6f003d', { TMUX_TMPDIR: '/tmp' }],
  ['a place of its own', '/run/x/tmux-0/town-6f003d', { TMUX_TMPDIR: '/run/x' }],
  ['a socket of another name', '/tmp/tmux-0/mine', { TMUX_TMPDIR: '/tmp', GT_TMUX_SOCKET: 'mine' }],
  ['a folder that is none of tmux’s', '/srv/sockets/town-6f003d', {}],
])('gt is told of %s, whatever the user’s profile says', (_, socket, told) => {
  const users = { HOME: '/home/a', TMUX_TMPDIR: '/elsewhere', GT_TMUX_SOCKET: 'other' }
  expect(tmuxPlace(place(socket), users)).toEqual({ HOME: '/home/a', ...told })
})
