// Not tested here: a real systemd manager.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCommands } from '../../../src/ports/command.js'
import { createTmux } from '../../../src/ports/tmux.js'
import { path, stub, temporaryFolder, until } from './around.js'

/** A town whose `systemd-run` is a stub: it writes down its words and starts what stands after `--`. */
function townUnderSystemd({ left = 60_000 } = {}) {
  const folder = temporaryFolder()
  const obey = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"'
  stub(folder, 'systemd-run', `printf '%s\\n' "$*" >>${folder}/words\n${obey}`)
  const commands = createCommands(Date.now() + left)
  const env = { PATH: `${folder}:${path}`, HOME: folder, LC_ALL: 'C.UTF-8', XDG_RUNTIME_DIR: folder }
  const options = { socket: join(folder, 'sockets', 'town'), commands, env, deadline: 10_000 }
  const plain = createTmux({ ...options, commands: createCommands(Date.now() + 60_000) })
  onTestFinished(async () => void (await plain.sequence([['kill-server']])))
  const units = () => (existsSync(join(folder, 'words')) ? readFileSync(join(folder, 'words'), 'utf8').split('\n') : [])
  const sessions = async () => {
    const panes = await plain.panes()
    return panes.known ? panes.value.map(({ session }) => session) : panes.why
  }
  return {
    folder,
    tmux: createTmux({ ...options, underSystemd: true }),
    plain,
    sessions,
    units: () => units().filter(Boolean),
  }
}

const straight = (argv: readonly string[]) => argv
const agent = { name: 'agent', folder: '/', environment: {}, argv: ['sleep', '600'] }

test('an anchor holds the first server up until another program has made its session there', async () => {
  const { tmux, plain, sessions, units } = townUnderSystemd()
  const anchor = await tmux.anchor(straight)
  expect(await sessions()).toEqual(['gt-heartbeat-anchor'])
  await plain.newSession(agent)
  await anchor.release()
  expect(await sessions()).toEqual(['agent'])
  expect(units()).toHaveLength(1)
})

test("an anchor stands whatever the user's configuration says, and ends with its process", async () => {
  const { tmux, folder, plain, sessions } = townUnderSystemd()
  writeFileSync(join(folder, '.tmux.conf'), 'set -g destroy-unattached on\nset -g remain-on-exit on\n')
  await tmux.anchor(straight)
  await plain.newSession(agent)
  expect(await sessions()).toEqual(['agent', 'gt-heartbeat-anchor'])
  const { stdout } = await plain.sequence([['display-message', '-p', '-t', '=gt-heartbeat-anchor:', '#{pane_pid}']])
  process.kill(Number(stdout), 'SIGKILL')
  await until(async () => (await sessions()).length === 1)
  expect(await sessions()).toEqual(['agent'])
})

test('starts that go side by side share one, and the last of them lets go of it', async () => {
  const { tmux, sessions, units } = townUnderSystemd()
  const [one, other] = await Promise.all([tmux.anchor(straight), tmux.anchor(straight)])
  expect(units()).toHaveLength(1)
  await one.release()
  expect(await sessions()).toEqual(['gt-heartbeat-anchor'])
  await other.release()
  expect(await sessions()).toEqual([])
})

test('where it held up nobody, the next start gets an anchor again', async () => {
  const { tmux, sessions, units } = townUnderSystemd()
  await (await tmux.anchor(straight)).release()
  await tmux.anchor(straight)
  expect(await sessions()).toEqual(['gt-heartbeat-anchor'])
  expect(units()).toHaveLength(2)
})

test('a server that is about to end is let go before: what it is asked is lost', async () => {
  const { tmux, folder, sessions, units } = townUnderSystemd()
  const asked = join(folder, 'asked')
  stub(
    folder,
    'tmux',
    `case " $* " in
      *" list-sessions "*) echo >>${asked}; [ "$(wc -l <${asked})" -gt 2 ] || exit 0 ;;
      *" new-session "*) [ "$(wc -l <${asked})" -gt 2 ] || { echo 'server exited unexpectedly' >&2; exit 1; } ;;
    esac
    PATH='${path}' exec tmux "$@"`,
  )
  expect(await tmux.anchor(straight)).toEqual({ release: expect.anything() })
  expect(await sessions()).toEqual(['gt-heartbeat-anchor'])
  expect(units()).toHaveLength(1)
})

test('a server without a session holds up nobody: it may be about to end', async () => {
  const { tmux, plain, sessions, units } = townUnderSystemd()
  await plain.newSession(agent)
  await plain.sequence([
    ['set-option', '-g', 'exit-empty', 'off'],
    ['kill-session', '-t', '=agent'],
  ])
  expect(await sessions()).toEqual([])
  await tmux.anchor(straight)
  expect(await sessions()).toEqual(['gt-heartbeat-anchor'])
  expect(units()).toHaveLength(1)
})

test('no anchor is made where a server answers, nor by a check outside of systemd', async () => {
  const { tmux, plain, sessions, units } = townUnderSystemd()
  await (await plain.anchor(straight)).release()
  await plain.newSession(agent)
  await (await tmux.anchor(straight)).release()
  expect(await sessions()).toEqual(['agent'])
  expect(units()).toEqual([])
})

test('that of a check that was killed ends by itself, no later than the check would have', async () => {
  const { tmux, sessions } = townUnderSystemd({ left: 1900 })
  await tmux.anchor(straight)
  expect(await sessions()).toEqual(['gt-heartbeat-anchor'])
  await until(async () => (await sessions()).length === 0)
})

test('its server is reached by the words that the caller puts before those of tmux', async () => {
  const { tmux, plain } = townUnderSystemd()
  await tmux.anchor((argv) => ['env', 'SECRET=x', ...argv])
  const shown = await plain.sequence([['show-environment', '-g', 'SECRET']])
  expect(shown.stdout.trim()).toBe('SECRET=x')
})
