// docs/moving.md on a real systemd user manager, with the gt, bd and dolt of today: a daemon that systemd keeps, how it is ended,
// and a Dolt server that comes back.
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freePort } from '../support/current-town.js'
import { type CurrentPrograms, currentPrograms } from '../support/real-programs.js'
import { PROGRAM } from '../support/run-check.js'
import { put } from '../support/town-folder.js'
import { managerFor, type UserManager } from '../support/user-manager.js'
import { waitFor } from '../support/wait-for.js'

const MOVING = fileURLToPath(new URL('../../docs/moving.md', import.meta.url))
const AGENT = fileURLToPath(new URL('../support/programs/current/claude', import.meta.url))

/** A town at `~/gt` of the manager's user. Returns what types a line there, as from a terminal. */
async function townOf(manager: UserManager, programs: CurrentPrograms) {
  const { home } = manager
  const bin = join(home, 'bin')
  put(join(bin, 'gt-heartbeat'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`)
  for (const name of ['gt', 'bd', 'dolt'] as const) symlinkSync(programs[name], join(bin, name))
  symlinkSync(programs.bash, join(home, 'claude'))
  put(join(bin, 'claude'), `#!${programs.bash}\nexec -a claude '${home}/claude' '${AGENT}' "$@"\n`)
  for (const name of ['gt-heartbeat', 'claude']) chmodSync(join(bin, name), 0o755)
  const path = `${bin}:${manager.env['PATH']}`
  writeFileSync(join(home, '.profile'), `export PATH='${path}'\n`)
  put(join(home, '.gitconfig'), '[user]\n\tname = Town Tester\n\temail = tester@example.invalid\n')
  const type = async (line: string, cwd = join(home, 'gt')) => {
    const { exitCode, stdout, stderr } = await manager.run(['sh', '-c', line], { cwd, env: { PATH: path } })
    return { exitCode, said: stdout + stderr }
  }
  const made = await type(`gt install gt --name real --dolt-port ${await freePort()} && cd gt && gt deacon start`, home)
  expect(made).toMatchObject({ exitCode: 0 })
  return { type, path }
}

test('a daemon that systemd keeps comes back after gt daemon stop; its unit disabled, checks act', async (ctx) => {
  const programs = currentPrograms()
  if ('missing' in programs) return ctx.skip(programs.missing)
  const manager = await managerFor(ctx)
  const { type, path } = await townOf(manager, programs)
  const daemonRuns = async (): Promise<boolean> => (await type('gt daemon status')).said.includes('Daemon is running')
  // The unit that gt writes says no PATH: its daemon finds neither gt nor bd where they lie in a folder of the user's.
  await manager.systemctl('set-environment', `PATH=${path}`)
  expect(await type('gt daemon enable-supervisor')).toMatchObject({ exitCode: 0 })
  await waitFor(
    'the daemon beats',
    async () => (await type('gt daemon logs')).said.includes('Heartbeat complete'),
    30_000,
  )
  expect(await type('gt-heartbeat --once')).toMatchObject({ exitCode: 75 })
  expect((await type('gt daemon stop')).said).toContain('Daemon stopped')
  await waitFor('another one runs', daemonRuns, 20_000)
  await waitFor('it beats', async () => (await type('gt daemon logs -n 2')).said.includes('Heartbeat complete'), 30_000)
  await type('systemctl --user disable --now gastown-daemon.service')
  expect(await daemonRuns()).toBe(false)
  expect((await type('gt-heartbeat --once --json')).said).toContain('"dialect":"current"')
  expect(await type('gt-heartbeat --once')).toMatchObject({ exitCode: 0 })
})

test('the unit of docs/moving.md keeps a Dolt server: it comes back when it was killed, and after a new login', async (ctx) => {
  const programs = currentPrograms()
  if ('missing' in programs) return ctx.skip(programs.missing)
  const manager = await managerFor(ctx)
  const { type, path } = await townOf(manager, programs)
  const unit = /```ini\n([^`]+)```/.exec(readFileSync(MOVING, 'utf8'))?.[1] ?? ''
  put(join(manager.home, '.config/systemd/user/gastown-dolt.service'), unit.replace(/PATH=[^"]+/, `PATH=${path}`))
  await type('gt dolt stop')
  await manager.systemctl('daemon-reload')
  await manager.systemctl('enable', '--now', 'gastown-dolt.service')
  const runs = async (): Promise<boolean> => (await type('gt dolt status')).said.includes('Dolt server is running')
  expect(await runs()).toBe(true)
  await type('kill -KILL $(cat daemon/dolt.pid)')
  await waitFor('it is down', async () => !(await runs()))
  expect(await type('gt-heartbeat --once')).toMatchObject({ exitCode: 3 })
  await waitFor('it is back', runs, 30_000)
  await manager.loginAgain()
  await waitFor('it is back after the login', runs, 30_000)
})
