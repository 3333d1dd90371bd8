// Not tested here: a real systemd manager (a test of the schedule has one).
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCommands } from '../../../src/ports/command.js'
import { createTmux } from '../../../src/ports/tmux.js'
import { path, stub, temporaryFolder } from './around.js'

/** A town under systemd whose `systemd-run` is a stub: it writes down its words and acts as `script` says. */
function townUnderSystemd(script: string) {
  const folder = temporaryFolder()
  stub(folder, 'systemd-run', `for word; do printf '%s\\0' "$word"; done >>${folder}/words\n${script}`)
  const commands = createCommands(Date.now() + 60_000)
  const env = { PATH: `${folder}:${path}`, HOME: folder, LC_ALL: 'C.UTF-8', XDG_RUNTIME_DIR: folder }
  const options = { socket: join(folder, 'sockets', 'default'), commands, env, deadline: 10_000 }
  onTestFinished(async () => {
    await createTmux(options).sequence([['kill-server']])
  })
  const words = () => (existsSync(join(folder, 'words')) ? readFileSync(join(folder, 'words'), 'utf8').split('\0') : [])
  return {
    tmux: createTmux({ ...options, underSystemd: true, town: 'my town' }),
    plain: createTmux(options),
    words,
    folder,
  }
}

const agent = (name: string) => ({ name, folder: '/', environment: { PRICE: '$5' }, argv: ['sleep', '600'] })
/** Starts what stands after `--`, as the manager would. */
const obey = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"'

test('the first server of a town gets a unit of its own, with none of what marks a unit', async () => {
  const { tmux, words, folder } = townUnderSystemd(obey)
  expect(await tmux.newSession(agent('a'))).toEqual({ ok: true, stdout: '', stderr: '' })
  const said = words()
  expect(said.slice(0, 3)).toEqual(['--user', '--quiet', '--collect'])
  expect(said[3]).toMatch(/^--unit=gt-tmux-my_town-[0-9a-f]{8}$/)
  expect(said.slice(4, 10)).toEqual(['-p', 'Type=forking', '-p', 'SendSIGHUP=yes', '-p', 'OOMPolicy=continue'])
  expect(said.slice(10, 13)).toEqual([`--setenv=PATH=${folder}:${path}`, '--setenv=LC_ALL=C.UTF-8', '--'])
  const unset = ['INVOCATION_ID', 'JOURNAL_STREAM', 'MANAGERPID', 'SYSTEMD_EXEC_PID'].flatMap((name) => ['-u', name])
  expect(said.slice(13, 27)).toEqual(['env', ...unset, 'tmux', '-u', '-S', tmux.socket, 'new-session'])
  expect(said).toContain('PRICE=$$5')
})

test('sessions asked for side by side make one server in one unit', async () => {
  const { tmux, words } = townUnderSystemd(obey)
  const results = await Promise.all(['a', 'b', 'c'].map((name) => tmux.newSession(agent(name))))
  expect(results).toMatchObject([{ ok: true }, { ok: true }, { ok: true }])
  expect(words().filter((word) => word === '--collect')).toHaveLength(1)
  const panes = await tmux.panes()
  expect(panes.known && new Set(panes.value.map(({ serverPid }) => serverPid)).size).toBe(1)
})

test('a server that answers already is simply asked', async () => {
  const { tmux, plain, words } = townUnderSystemd(obey)
  await plain.newSession(agent('there'))
  expect(await tmux.newSession(agent('a'))).toEqual({ ok: true, stdout: '', stderr: '' })
  expect(words()).toEqual([])
})

test.each([
  [
    'the name is taken',
    'echo "Unit x.service was already loaded or has a fragment file." >&2; exit 1',
    'already loaded',
  ],
  ['no manager answers', 'echo "Failed to connect to bus: No medium found" >&2; exit 1', 'No medium found'],
])('%s: tmux is started plainly, and that is said once', async (_, script, why) => {
  const { tmux } = townUnderSystemd(script)
  expect(await tmux.newSession(agent('a'))).toMatchObject({ ok: true, note: expect.stringContaining(why) })
  expect(await tmux.newSession(agent('b'))).toEqual({ ok: true, stdout: '', stderr: '' })
})

test('a check outside of systemd never asks for a unit', async () => {
  const { plain, words } = townUnderSystemd(obey)
  expect(await plain.newSession(agent('a'))).toMatchObject({ ok: true })
  expect(words()).toEqual([])
})
