// Not tested: other versions of tmux than the one installed; a server that dies in the middle of an answer.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { surroundingsOf } from '../../../src/domain/session-sight.js'
import { createCommands } from '../../../src/ports/command.js'
import { createTmux, isDuplicate, type Tmux, type TmuxOptions } from '../../../src/ports/tmux.js'
import type { MeantPane } from '../../../src/ports/tmux-meant.js'
import { defaultSocket, userSockets } from '../../../src/ports/tmux-sockets.js'
import { path, stub, temporaryFolder, until } from './around.js'

/** A tmux server of a test's own. */
function privateTmux(rest: Partial<TmuxOptions> = {}): Tmux & { readonly folder: string } {
  const folder = temporaryFolder()
  const options = {
    socket: join(folder, 'sockets', `tmux-${process.getuid?.()}`, 'default'),
    commands: createCommands(Date.now() + 60_000),
    env: { PATH: path, HOME: folder },
    deadline: 10_000,
    ...rest,
  }
  const tmux = createTmux(options)
  onTestFinished(async () => {
    await createTmux({ ...options, env: { PATH: path }, underSystemd: false }).sequence([['kill-server']])
  })
  return { ...tmux, folder }
}

const agent = (name: string, argv: readonly string[] = ['sleep', '600']) => ({
  name,
  folder: '/',
  environment: {},
  argv,
})

/** A session as it is seen, for its end; where there is none of that name, that of any. */
async function meant(tmux: Tmux, name = ''): Promise<MeantPane> {
  const panes = await panesOf(tmux)
  const its = panes.filter(({ session }) => session === name)
  const { serverPid, sessionId, paneId } = its[0] ?? panes[0] ?? { serverPid: 1, sessionId: '$0', paneId: '%0' }
  return { serverPid, sessionId, paneId, ...surroundingsOf(its.length > 0 ? its : panes) }
}

async function panesOf(tmux: Tmux) {
  const panes = await tmux.panes()
  if (!panes.known) throw new Error(panes.why)
  return panes.value
}

test('starts no second server beside one whose socket was removed after it answered', async () => {
  const tmux = privateTmux()
  await tmux.newSession(agent('a'))
  const [pane] = await panesOf(tmux)
  rmSync(tmux.socket)
  onTestFinished(() => void process.kill(pane?.serverPid ?? 0, 'SIGKILL'))
  expect(await tmux.newSession(agent('b'))).toMatchObject({ ok: false })
  expect(existsSync(tmux.socket)).toBe(false)
})

test('no socket, a socket nobody listens on, and a server without sessions are: nobody there', async () => {
  const tmux = privateTmux()
  expect(await tmux.panes()).toEqual({ known: true, value: [] })
  await tmux.newSession(agent('a'))
  await tmux.sequence([['set-option', '-s', 'exit-empty', 'off']])
  await tmux.killSession('a', await meant(tmux, 'a'))
  expect(await tmux.panes()).toEqual({ known: true, value: [] })
  await tmux.sequence([['kill-server']])
  await until(async () => !(await isListening(tmux.socket)))
  expect(existsSync(tmux.socket)).toBe(true)
  expect(await tmux.panes()).toEqual({ known: true, value: [] })
})

const isListening = async (socket: string): Promise<boolean> =>
  await new Promise((answer) => {
    const client = connect(socket, () => answer(!client.destroy().destroyed))
    client.on('error', () => answer(false))
  })

test.each([
  ['permission denied', 'echo "error connecting to /tmp/x (Permission denied)" >&2; exit 1', 'Permission denied'],
  ['a text nobody knows', 'echo "protocol version mismatch (client 8, server 7)" >&2; exit 1', 'protocol version'],
  ['no reason at all', 'exit 1', 'exit code 1'],
  ['nothing, and success', 'exit 0', 'no list of panes'],
  ['prose, and success', 'echo hello', 'no list of panes'],
  ['nothing for too long', 'sleep 60', 'timed out'],
  ['the right words, then the end by a signal', 'echo "no server running on /tmp/x" >&2; kill -9 $$', 'SIGKILL'],
])('tmux answers %s: nobody can tell', async (_, script, why) => {
  const folder = temporaryFolder()
  stub(folder, 'tmux', script)
  const tmux = privateTmux({ env: { PATH: `${folder}:${path}` }, deadline: 500 })
  expect(await tmux.panes()).toEqual({ known: false, why: expect.stringContaining(why) })
})

test.each([
  ['session', String.raw`s/\$[0-9]/$0;kill-server/`],
  ['pane', 's/%[0-9]/%0;kill-server/'],
])('an id that tmux would not give makes an answer no list of panes: of a %s', async (_, change) => {
  const folder = temporaryFolder()
  const told = (edit: string) => stub(folder, 'tmux', `PATH='${path}' tmux "$@" | sed '${edit}'`)
  told('')
  const tmux = privateTmux({ env: { PATH: `${folder}:${path}` } })
  await tmux.newSession(agent('a'))
  expect(await tmux.panes()).toMatchObject({ known: true, value: [{ sessionId: '$0', paneId: '%0' }] })
  told(change)
  expect(await tmux.panes()).toEqual({ known: false, why: expect.stringContaining('no list of panes') })
})

test('each question has separators of its own: no path or name can hold them', async () => {
  const folder = temporaryFolder()
  stub(folder, 'tmux', `for word; do last=$word; done; echo "$last" >>'${folder}/formats'; exit 1`)
  const tmux = privateTmux({ env: { PATH: `${folder}:${path}` } })
  await tmux.panes()
  await tmux.panes()
  const separators = readFileSync(join(folder, 'formats'), 'utf8')
    .trim()
    .split('\n')
    .map((format) => /^([\w-]+)\[#\{pid\}/.exec(format)?.[1] ?? '')
  expect(separators.map(({ length }) => length)).toEqual([12, 12])
  expect(new Set(separators).size).toBe(2)
})

test('a folder of the socket that may not be entered: nobody can tell', async (ctx) => {
  if (process.getuid?.() === 0) ctx.skip('needs a user who is not root: root may enter any folder')
  const tmux = privateTmux()
  await tmux.newSession(agent('a'))
  chmodSync(join(tmux.folder, 'sockets'), 0)
  const panes = await tmux.panes()
  chmodSync(join(tmux.folder, 'sockets'), 0o700)
  expect(panes).toMatchObject({ known: false })
})

test('tmux that is not installed is named', async () => {
  const tmux = privateTmux({ env: { PATH: temporaryFolder() } })
  expect(await tmux.panes()).toEqual({ known: false, why: expect.stringContaining('tmux is not installed') })
})

test('a pane is told with its session, its process and its times, without any locale', async () => {
  const tmux = privateTmux()
  const since = Date.now()
  const environment = { GT_PROCESS_NAMES: 'claude,my agent,' }
  await tmux.newSession({ ...agent('gt-orchard-pip'), folder: tmux.folder, environment })
  const [pane] = await panesOf(tmux)
  expect(pane).toMatchObject({
    session: 'gt-orchard-pip',
    sessionId: '$0',
    paneId: '%0',
    path: tmux.folder,
    attached: 0,
    dead: false,
    deadStatus: undefined,
    deadAt: undefined,
    processNames: ['claude', 'my agent'],
  })
  expect(pane && process.kill(pane.serverPid, 0) && process.kill(pane.pid, 0)).toBe(true)
  expect(pane?.createdAt).toBeGreaterThanOrEqual(since - 1000)
  expect(pane?.windowActivityAt).toBeLessThanOrEqual(Date.now())
  await until(async () => (await panesOf(tmux))[0]?.command === 'sleep')
})

test('folders and variables with tabs, newlines and other alphabets cannot pass for another pane', async () => {
  const tmux = privateTmux()
  const folder = join(tmux.folder, 'tab\there\nline é #{pid} ]\n[')
  mkdirSync(folder)
  await tmux.newSession({ ...agent('a'), folder, environment: { GT_PROCESS_NAMES: 'x\n1,\t' } })
  await tmux.newSession(agent('b'))
  const panes = await panesOf(tmux)
  expect(panes.map(({ session, path }) => [session, path])).toEqual([
    ['a', folder],
    ['b', '/'],
  ])
  expect(panes[0]?.processNames).toEqual(['x\n1', '\t'])
})

test('words, variables and folder of a new session arrive as they are: nothing is run, expanded or split', async () => {
  const tmux = privateTmux()
  const hostile = [
    ';',
    'a;',
    '\\;',
    'a\\;',
    '#{pid}',
    '#(touch ran)',
    '$HOME',
    '$(touch ran)',
    "'",
    '"',
    'a b',
    '%1',
    '{ }',
    '~',
    '',
    'n\nl',
    '-x',
    '--',
  ]
  const folder = join(tmux.folder, '#(touch ran) #{pid} ;')
  mkdirSync(folder)
  const environment = Object.fromEntries(hostile.map((value, index) => [`V${index}`, value]))
  const script = 'printf "%s\\0" "$PWD" "$@" >words.new; env -0 >variables; mv words.new words; exec sleep 600'
  const result = await tmux.newSession({ name: 'a', folder, environment, argv: ['sh', '-c', script, 'sh', ...hostile] })
  expect(result).toMatchObject({ ok: true })
  await until(() => existsSync(join(folder, 'words')))
  expect(readFileSync(join(folder, 'words'), 'utf8')).toBe([folder, ...hostile, ''].join('\0'))
  const variables = readFileSync(join(folder, 'variables'), 'utf8').split('\0')
  for (const [name, value] of Object.entries(environment)) expect(variables).toContain(`${name}=${value}`)
  expect(existsSync(join(folder, 'ran'))).toBe(false)
})

test('a program without words is run, not read by a shell', async () => {
  const tmux = privateTmux()
  const program = stub(tmux.folder, 'two words; exit 3', 'exit 7')
  await tmux.newSession(agent('a', [program]))
  await until(async () => {
    // A lost SIGCHLD is collected when another child of the server ends.
    await tmux.sequence([['run-shell', 'true']])
    return (await panesOf(tmux))[0]?.deadStatus !== undefined
  })
  expect((await panesOf(tmux))[0]).toMatchObject({ dead: true, deadStatus: 7 })
})

// What a terminal was told right before its last process ended may never reach tmux.
test('a session whose process ends stays, with how and when it died', async () => {
  const tmux = privateTmux()
  await tmux.newSession(agent('keeper'))
  await tmux.newSession(agent('a', ['sh', '-c', 'echo last words; sleep 0.3; exit 3']))
  const find = async () => (await panesOf(tmux)).find(({ session }) => session === 'a')
  await until(async () => {
    // A lost SIGCHLD is collected when another child of the server ends.
    await tmux.sequence([['run-shell', 'true']])
    return (await find())?.deadStatus !== undefined
  })
  expect(await find()).toMatchObject({ dead: true, deadStatus: 3 })
  expect(Math.abs(((await find())?.deadAt ?? 0) - Date.now())).toBeLessThan(15_000)
  expect(await tmux.capture('a', 10)).toMatchObject({ known: true, value: expect.stringContaining('last words') })
})

test('the server knows none of the variables of the check but those it was given', async () => {
  const tmux = privateTmux({ env: { PATH: path, HOME: '/nowhere', GIVEN: 'yes' } })
  await tmux.newSession(agent('a'))
  const shown = await tmux.sequence([['show-environment', '-g']])
  const names = (shown.ok ? shown.stdout : '').split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? [])
  expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).sort()).toEqual([
    'GIVEN',
    'HOME',
    'PATH',
  ])
})

test("the socket's folder is made for us alone", async () => {
  const tmux = privateTmux()
  expect(existsSync(join(tmux.folder, 'sockets'))).toBe(false)
  expect(await tmux.newSession(agent('a'))).toMatchObject({ ok: true })
  expect(await panesOf(tmux)).toHaveLength(1)
})

test('a second session of the same name is told apart from other failures', async () => {
  const tmux = privateTmux()
  const [one, other] = await Promise.all([tmux.newSession(agent('a')), tmux.newSession(agent('a'))])
  expect([one.ok, other.ok].sort()).toEqual([false, true])
  expect([isDuplicate(one, 'a'), isDuplicate(other, 'a')].sort()).toEqual([false, true])
  expect([isDuplicate(one, 'b'), isDuplicate(other, 'b')]).toEqual([false, false])
  expect(isDuplicate(await tmux.killSession('b', await meant(tmux)), 'b')).toBe(false)
  expect(await panesOf(tmux)).toHaveLength(1)
})

test('of two sessions that had one name one after the other, and of one to which somebody came, only the meant one is ended', async () => {
  const tmux = privateTmux()
  await tmux.newSession(agent('keeps-the-server'))
  await tmux.newSession(agent('a'))
  const first = await meant(tmux, 'a')
  await tmux.killSession('a', first)
  await tmux.newSession(agent('a'))
  const second = await meant(tmux, 'a')
  for (const other of [first, { ...second, serverPid: 1 }]) {
    expect(await tmux.killSession('a', other)).toMatchObject({ stdout: 'kept\n' })
  }
  await tmux.sequence([['split-window', '-d', '-t', '=a:', 'sleep 600']])
  expect(await tmux.killSession('a', second)).toMatchObject({ stdout: 'kept\n' })
  expect(await panesOf(tmux)).toHaveLength(3)
})

test('a session at which somebody looks from another one since it was seen is not ended', async () => {
  const tmux = privateTmux()
  await tmux.newSession(agent('a'))
  const before = await meant(tmux, 'a')
  await tmux.sequence([['new-session', '-d', '-s', 'mine', '-t', '=a']])
  const client = spawn('tmux', ['-S', tmux.socket, '-C', 'attach', '-t', '=mine'], { env: { PATH: path } })
  onTestFinished(() => void client.kill('SIGKILL'))
  await until(async () => (await panesOf(tmux)).every(({ viewers }) => viewers === 1))
  expect(await tmux.killSession('a', before)).toMatchObject({ stdout: 'kept\n' })
  expect(await panesOf(tmux)).toHaveLength(2)
})

test('a name is never a pattern and never a beginning', async () => {
  const tmux = privateTmux()
  await tmux.newSession(agent('gt-orchard-pippin', ['cat']))
  for (const name of [
    'gt-orchard-pip',
    'gt-*',
    '',
    '.',
    ':',
    'gt-orchard-pippin:0',
    '%0',
    '$0',
    '@0',
    '0',
    '!',
    '{last}',
  ]) {
    expect(await tmux.killSession(name, await meant(tmux)), `kill ${name}`).toMatchObject({ stdout: 'kept\n' })
    expect(await tmux.type(name, await meant(tmux), 'x'), `type to ${name}`).toMatchObject({ stdout: 'kept\n' })
    expect(await tmux.capture(name, 10)).toMatchObject({ known: false })
  }
  expect(await panesOf(tmux)).toHaveLength(1)
  expect(await tmux.killSession('gt-orchard-pippin', await meant(tmux))).toMatchObject({ ok: true, stdout: '' })
  expect(await tmux.panes()).toEqual({ known: true, value: [] })
})

test.each(['Begin.', '-n x', 'a;', ';', '\\;', '#{pid} $HOME `id` "', 'Enter', 'é ü 漢'])(
  '%j is typed as it is',
  async (text) => {
    const tmux = privateTmux()
    await tmux.newSession({ ...agent('a', ['sh', '-c', 'cat >typed']), folder: tmux.folder })
    await until(() => existsSync(join(tmux.folder, 'typed')))
    const pane = await meant(tmux, 'a')
    expect(await tmux.type('a', pane, text)).toMatchObject({ ok: true, stdout: '' })
    expect(await tmux.enter('a', pane)).toMatchObject({ ok: true, stdout: '' })
    await until(() => readFileSync(join(tmux.folder, 'typed'), 'utf8') !== '')
    expect(readFileSync(join(tmux.folder, 'typed'), 'utf8')).toBe(`${text}\n`)
  },
)

const modes: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  [
    'copy mode with vi keys',
    [
      ['set-option', '-wg', 'mode-keys', 'vi'],
      ['copy-mode', '-t', '=a:'],
    ],
  ],
  [
    'copy mode with emacs keys',
    [
      ['set-option', '-wg', 'mode-keys', 'emacs'],
      ['copy-mode', '-t', '=a:'],
    ],
  ],
  ['view mode', [['run-shell', '-t', '=a:', 'echo said']]],
  ['a chooser', [['choose-tree', '-t', '=a:']]],
  ['the clock', [['clock-mode', '-t', '=a:']]],
  [
    'copy mode above a chooser',
    [
      ['choose-tree', '-t', '=a:'],
      ['copy-mode', '-t', '=a:'],
    ],
  ],
]

test.each(modes)('a pane in %s is not typed to before it was left', async (_, commands) => {
  const tmux = privateTmux()
  await tmux.newSession({ ...agent('a', ['sh', '-c', 'cat >typed']), folder: tmux.folder })
  await until(() => existsSync(join(tmux.folder, 'typed')))
  for (const command of commands) await tmux.sequence([command])
  expect((await panesOf(tmux))[0]).toMatchObject({ inMode: true })
  const pane = await meant(tmux, 'a')
  expect(await tmux.type('a', pane, 'x')).toMatchObject({ stdout: 'kept\n' })
  expect(await tmux.enter('a', pane)).toMatchObject({ stdout: 'kept\n' })
  expect((await panesOf(tmux))[0]).toMatchObject({ inMode: true })
  expect(await tmux.leaveMode('a', pane)).toMatchObject({ ok: true, stdout: '' })
  expect((await panesOf(tmux))[0]).toMatchObject({ inMode: false })
  expect(await tmux.type('a', pane, 'y')).toMatchObject({ ok: true, stdout: '' })
  await tmux.enter('a', pane)
  await until(() => readFileSync(join(tmux.folder, 'typed'), 'utf8') !== '')
  expect(readFileSync(join(tmux.folder, 'typed'), 'utf8')).toBe('y\n')
})

test.each([
  ['whose input is off', ['select-pane', '-d', '-t', '=a:']],
  ['beside which another pane was opened', ['split-window', '-d', '-t', '=a:', 'sleep 600']],
  ['beside which a window was opened', ['new-window', '-d', '-t', '=a:', 'sleep 600']],
])('a pane %s since it was seen is not typed to', async (_, command) => {
  const tmux = privateTmux()
  await tmux.newSession({ ...agent('a', ['sh', '-c', 'cat >typed']), folder: tmux.folder })
  const pane = await meant(tmux, 'a')
  await tmux.sequence([command])
  expect(await tmux.type('a', pane, 'x')).toMatchObject({ stdout: 'kept\n' })
  expect(await tmux.enter('a', pane)).toMatchObject({ stdout: 'kept\n' })
})

test('a pane is typed to whatever pane of its session is the active one', async () => {
  const tmux = privateTmux()
  await tmux.newSession({ ...agent('a', ['sh', '-c', 'cat >typed']), folder: tmux.folder })
  await tmux.sequence([['new-window', '-t', '=a:', 'sleep 600']])
  const pane = await meant(tmux, 'a')
  expect(await tmux.type('a', pane, 'x')).toMatchObject({ stdout: '' })
  await tmux.enter('a', pane)
  await until(() => readFileSync(join(tmux.folder, 'typed'), 'utf8') === 'x\n')
})

test('a client is told with the session and the window it shows, and is shown a text as it is', async () => {
  const tmux = privateTmux()
  expect(await tmux.clients()).toEqual({ known: true, value: [] })
  await tmux.newSession(agent('a'))
  expect(await tmux.clients()).toEqual({ known: true, value: [] })
  const terminal = privateTmux()
  await terminal.newSession(agent('t', ['env', '-u', 'TMUX', 'tmux', '-S', tmux.socket, 'attach', '-t', '=a']))
  await until(async () => (await panesOf(tmux)).every(({ viewers }) => viewers === 1))
  const [pane] = await panesOf(tmux)
  const clients = await tmux.clients()
  const [one] = clients.known ? clients.value : []
  expect(one).toMatchObject({ sessionId: pane?.sessionId, windowId: pane?.windowId })
  for (const at of [one?.createdAt, one?.activityAt, one?.sessionAttachedAt])
    expect(Math.abs((at ?? 0) - Date.now())).toBeLessThan(15_000)
  const text = 'it #{pid} %H:%M #(touch ran) "ends"; now;'
  expect(await tmux.showText(one?.name ?? '', 'a', text)).toMatchObject({ ok: true })
  await until(async () => {
    const screen = await terminal.capture('t', 0)
    return screen.known && screen.value.includes(text)
  })
})

test('a captured pane has its wrapped lines joined and its history', async () => {
  const tmux = privateTmux()
  const wide = 'x'.repeat(200)
  await tmux.newSession(agent('a', ['sh', '-c', `seq 100; echo ${wide}; exec sleep 600`]))
  await until(async () => {
    const captured = await tmux.capture('a', 200)
    return captured.known && captured.value.includes(wide)
  })
  const captured = await tmux.capture('a', 200)
  expect(captured.known && captured.value.split('\n').slice(0, 2)).toEqual(['1', '2'])
})

test('a sequence is one process, and its words stay words', async () => {
  const commands = createCommands(Date.now() + 60_000)
  const tmux = privateTmux({ commands })
  await tmux.newSession(agent('a'))
  const before = commands.tally()[0]?.calls ?? 0
  const value = '#[fg=red] a;'
  const result = await tmux.sequence([
    ['set-option', '-t', '=a:', '@one', value],
    ['set-option', '-t', '=a:', '@two', ';'],
    ['show-options', '-v', '-t', '=a:', '@one'],
    ['show-options', '-v', '-t', '=a:', '@two'],
  ])
  expect(result).toMatchObject({ ok: true, stdout: `${value}\n;\n` })
  expect(commands.tally()).toMatchObject([{ program: 'tmux', calls: before + 1 }])
})

test('the sockets of this user that a server listens on are found, wherever their folder is', async () => {
  const tmux = privateTmux()
  await tmux.newSession(agent('a'))
  writeFileSync(join(tmux.socket, '..', 'not-a-socket'), '')
  const env = { TMUX_TMPDIR: join(tmux.folder, 'sockets') }
  const here = async () => (await userSockets(env)).filter((socket) => socket.startsWith(tmux.folder))
  expect(await here()).toEqual([tmux.socket])
  await tmux.sequence([['kill-server']])
  if (process.platform === 'linux') await until(async () => (await here()).length === 0)
})

test('the default socket is the one tmux itself takes', () => {
  const folder = temporaryFolder()
  const own = `tmux-${process.getuid?.()}/default`
  expect(defaultSocket({ TMUX_TMPDIR: folder })).toBe(join(folder, own))
  for (const TMUX_TMPDIR of [undefined, '', join(folder, 'missing')]) {
    expect(defaultSocket({ TMUX_TMPDIR })).toMatch(new RegExp(`^(/private)?/tmp/${own}$`))
  }
})
