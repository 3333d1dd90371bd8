import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { end } from '../support/leftovers.js'
import { located } from '../support/stand-ins.js'
import { tmuxStage } from '../support/tmux-stage.js'
import { waitFor } from '../support/wait-for.js'
import { deedsOf, raiseWatchedTown, reasonsOf, type WatchedTown } from '../support/watched-processes.js'

const WITNESS = 'gastown/witness'
const kinds = ['classic', 'current'] as const

let town: WatchedTown
afterEach(() => town.end())

describe.each(kinds)('a %s town whose tmux server lost its socket', (kind) => {
  let server: number
  const usr1 = () => `kill -USR1 ${server}`
  beforeEach(async () => {
    town = raiseWatchedTown(kind)
    await town.wake('deacon', WITNESS)
    server = town.serverPid()
  })

  const nothingIsStarted = async (env = town.env): Promise<string> => {
    const check = await town.check(env)
    expect(check.exitCode).toBe(3)
    expect(deedsOf(check)).toEqual([])
    expect(town.starts()).toBe(0)
    return reasonsOf(check).find((why) => why.includes(`pid ${server}`)) ?? ''
  }
  const allIsAsBefore = async (): Promise<void> => {
    await waitFor('the server listens again', () => town.names().length === 2)
    const check = await town.check()
    expect(check.exitCode).toBe(0)
    expect(deedsOf(check)).toEqual([])
    expect(town.starts()).toBe(0)
  }

  it.each(['seen before', 'never seen before'])(
    'starts nothing and names the server and the command: file removed, %s',
    async (seen) => {
      if (seen === 'seen before') await town.check()
      rmSync(town.tmux.socket)
      town.apply(await nothingIsStarted(), new RegExp(usr1()))
      await allIsAsBefore()
    },
  )

  it('starts nothing and names the command: folder removed', async () => {
    rmSync(dirname(town.tmux.socket), { recursive: true })
    town.apply(await nothingIsStarted(), new RegExp(`mkdir -p -m 700 \\S+ && ${usr1()}`))
    await allIsAsBefore()
  })

  it("starts nothing and names the command: another server's socket stands in its place", async () => {
    rmSync(town.tmux.socket)
    town.tmux.start({ name: 'a-person', folder: '/', command: ['sleep', '600'] })
    const other = town.serverPid()
    expect(other).not.toBe(server)
    town.apply(await nothingIsStarted(), new RegExp(`mv \\S+ \\S+ && ${usr1()}`))
    await allIsAsBefore()
    const moved = execFileSync('tmux', ['-S', `${town.tmux.socket}.other`, 'list-sessions'], { encoding: 'utf8' })
    expect(moved).toContain('a-person')
  })

  it('starts nothing: checks look at another place for sockets, and the folder of the old one is removed', async () => {
    await town.check()
    rmSync(dirname(town.tmux.socket), { recursive: true })
    const elsewhere = join(town.stage, 'e')
    mkdirSync(elsewhere)
    await nothingIsStarted({ ...town.env, TMUX_TMPDIR: elsewhere })
  })

  it('starts nothing where the kernel does not tell who listens: earlier checks saw the server and the agents', async (ctx) => {
    if (process.getuid?.() !== 0) ctx.skip('needs root: unshare -n')
    await town.check()
    rmSync(town.tmux.socket)
    const check = await town.run(['--once', '--json'], { under: ['unshare', '-n'] })
    expect(check.exitCode).toBe(3)
    expect(reasonsOf(check).join()).toContain(usr1())
    expect(town.starts()).toBe(0)
  })

  it('starts nothing where a mount of its own hides the socket from the check', async (ctx) => {
    if (process.getuid?.() !== 0) ctx.skip('needs root: unshare -m')
    const hide = `mount -t tmpfs none '${dirname(dirname(town.tmux.socket))}' && exec "$@"`
    const check = await town.run(['--once', '--json'], { under: ['unshare', '-m', 'sh', '-c', hide, 'sh'] })
    expect(check.exitCode).toBe(3)
    expect(reasonsOf(check).join()).toContain('PrivateTmp')
    expect(town.starts()).toBe(0)
  })

  it('carries out no request; it is carried out once when the server can be reached again', async () => {
    await town.check()
    town.raiseFlag(WITNESS, 'restart')
    const mail = town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'restart' })
    rmSync(town.tmux.socket)
    const witness = await nothingIsStarted()
    expect(town.issue(mail)?.status).toBe('open')
    town.apply(witness, new RegExp(usr1()))
    await waitFor('the server listens again', () => town.names().length === 2)
    expect(deedsOf(await town.check())).toEqual([`restart ${WITNESS} done`])
    await waitFor('the witness runs', () => town.starts() === 1)
  })

  it('of a person, who works in the town, does not keep the agents down', async () => {
    town.tmux.stop()
    const personal = tmuxStage({
      program: located('tmux', process.env['PATH'] ?? '') ?? 'tmux',
      socket: join(dirname(town.tmux.socket), 'personal'),
      env: {},
    })
    personal.start({ name: 'work', folder: town.root, command: ['sleep', '600'] })
    const pid = Number(personal.tmux('display-message', '-p', '#{pid}'))
    rmSync(personal.socket)
    try {
      const check = await town.check()
      expect(check.exitCode).toBe(0)
      expect(deedsOf(check)).toEqual(['start deacon done', `start ${WITNESS} done`])
    } finally {
      end(pid)
    }
  })
})
