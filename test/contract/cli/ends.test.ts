import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { processesOf } from '../../support/leftovers.js'
import { PROGRAM } from '../../support/run-check.js'
import { hang, only } from '../../support/stand-ins.js'
import { waitFor } from '../../support/wait-for.js'

let town: FakeTown
beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const hanging = () => processesOf(town.stage).filter(({ command }) => command.startsWith('sleep 600'))

describe('a check that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s ends its children, does nothing more, and dies of it',
    async (signal) => {
      town.programs.spoil('bd', only('*type=agent*', hang))
      let kill: (signal: NodeJS.Signals) => boolean = () => false
      const ending = town.run(['--once', '--json'], {
        started: (child) => {
          kill = child.kill
        },
      })
      await waitFor('bd hangs', () => hanging().length > 0)
      kill(signal)
      expect(await ending).toMatchObject({ signal, exitCode: null, stdout: '' })
      await waitFor('no child is left', () => hanging().length === 0)
      expect(town.tmux.sessions()).toEqual([])
      town.programs.mend('bd')
      expect((await town.run(['--once'])).exitCode).toBe(0)
      expect(town.tmux.sessions().map(({ name }) => name)).toEqual(['gt-deacon'])
    },
  )
})

/** The exit code, and all that was said on stderr. */
async function endUnread(...words: readonly string[]): Promise<string> {
  const line = 'sleep 0.2; node "$0" --town "$@"; echo $? >&2'
  const child = spawn('/bin/sh', ['-c', line, PROGRAM, town.root, ...words], {
    env: town.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  await once(child, 'close')
  return said
}

describe('what a check prints', () => {
  it('is whole, however much it is and however slowly it is read', async () => {
    town.addRig('gastown')
    for (let n = 0; n < 700; n++) mkdirSync(join(town.root, `gastown/polecats/p${n}`))
    const line = 'node "$0" --once --dry-run --json --town "$1" | { sleep 1; cat >"$2"; }'
    const file = join(town.stage, 'document')
    execFileSync('/bin/sh', ['-c', line, PROGRAM, town.root, file], { env: town.env })
    const text = readFileSync(file, 'utf8')
    expect(text.length).toBeGreaterThan(70_000)
    expect(JSON.parse(text).seen.polecats).toBe(700)
  })

  it('may find nobody who reads it: the check is done, and its exit code stands, as it does where none is due', async () => {
    expect(await endUnread('--once')).toBe('0\n')
    expect(town.read('daemon/heartbeat/next')).toBeDefined()
    expect(await endUnread('--once', '--if-due')).toBe('0\n')
  })

  it('has no colour where there is no terminal', async () => {
    const env = { ...town.env, FORCE_COLOR: '1', TERM: 'xterm-256color' }
    for (const words of [['--once', '--dry-run'], ['status'], ['--help']]) {
      const { stdout, stderr } = await town.run(words, { env })
      expect(stdout + stderr).not.toContain('\u001b[')
    }
  })

  it('does not depend on where it is started, nor on that place being there', async () => {
    const gone = join(town.stage, 'gone')
    mkdirSync(gone)
    const child = spawn(
      '/bin/sh',
      ['-c', 'rmdir "$0"; exec node "$1" --once --dry-run --town "$2"', gone, PROGRAM, town.root],
      {
        env: town.env,
        cwd: gone,
        stdio: 'ignore',
      },
    )
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
    expect(() => rmdirSync(gone)).toThrow()
  })
})

describe('down and up', () => {
  it('keep a town down across checks and bring it back at the next, which is due at once', async () => {
    expect(await town.run(['down'])).toMatchObject({
      exitCode: 0,
      stdout: 'town is kept down, until: gt-heartbeat up town\n',
    })
    expect((await town.run(['down'])).stdout).toContain('kept down already')
    expect((await town.run(['--once'])).stdout).toMatch(/^ok: the town was told to stay down/)
    expect((await town.run(['--once', '--if-due'])).stdout).toMatch(/^ok: no heartbeat is due yet/)
    expect(await town.run(['up'])).toMatchObject({
      exitCode: 0,
      stdout: 'town may be healed again; the next check is due now\n',
    })
    expect((await town.run(['--once', '--if-due'])).stdout).toContain('start deacon')
    expect(town.read('daemon/daemon.log')).toMatch(/Stood down: town \(by .+\)\n[\s\S]*Stood up: town \(by .+\)\n/)
  })

  it('know the names of the town, and say which there are', async () => {
    town.addRig('gastown')
    town.addRig('beta')
    mkdirSync(join(town.root, 'gastown/polecats/nux'))
    for (const whom of ['gastown', 'deacon', 'mayor', 'gastown/refinery', 'gastown/polecats/nux', 'town']) {
      expect((await town.run(['down', whom])).exitCode).toBe(0)
    }
    const refusals: readonly [string, RegExp][] = [
      ['alpha', /no rig "alpha" in this town; there are beta, gastown|there are gastown, beta/],
      ['alpha/witness', /no rig "alpha"/],
      ['gastown/polecats/max', /no polecat max in gastown; there is nux/],
      ['gastown/crew/joe', /no crew joe in gastown; there is none/],
      ['../x', /is neither town, nor a rig, nor an agent/],
      ['gastown/', /neither town/],
      ['', /neither town/],
      ['..', /neither town/],
    ]
    for (const [whom, message] of refusals) {
      const { exitCode, stderr, stdout } = await town.run(['down', whom])
      expect([whom, exitCode, stdout, stderr]).toEqual([whom, 64, '', expect.stringMatching(message)])
    }
  })

  it('work with rigs that cannot be read, and with wrong settings', async () => {
    town.write('mayor/rigs.json', '{')
    town.configure({ x: 1 })
    expect((await town.run(['down', 'gastown'])).exitCode).toBe(0)
    expect((await town.run(['up', 'gastown'])).exitCode).toBe(0)
  })

  it('up forgets what kept an agent down, and names what else does', async () => {
    town.addRig('gastown')
    await town.run(['--once'])
    const starts = [1, 2, 3].map((n) => ({ at: Date.now() - n, by: 'inference' as const, outcome: 'failed' as const }))
    const held = { starts, standDown: { since: 1, hook: null }, plainShell: true }
    town.changeLedger((ledger) => ({ ...ledger, agents: { deacon: held, 'gastown/witness': held } }))
    await town.run(['down', 'gastown'])
    await town.run(['down', 'gastown/witness'])
    const { stdout } = await town.run(['up', 'gastown/witness'])
    expect(stdout.split('\n')).toEqual([
      'gastown/witness may be healed again; the next check is due now',
      'still kept down: gastown, until: gt-heartbeat up gastown',
      '',
    ])
    expect(JSON.parse(town.read('daemon/heartbeat/ledger.json') ?? '').agents).toEqual({
      deacon: held,
      'gastown/witness': { starts: [] },
    })
    await town.run(['up'])
    expect(JSON.parse(town.read('daemon/heartbeat/ledger.json') ?? '').agents.deacon).toEqual({ starts: [] })
  })

  it('up takes back what is down though its rig is gone', async () => {
    town.addRig('gastown')
    await town.run(['down', 'gastown'])
    town.write('mayor/rigs.json', '{"rigs":{}}')
    expect((await town.run(['up', 'gastown'])).exitCode).toBe(0)
    expect((await town.run(['up', 'gastown'])).exitCode).toBe(64)
  })

  it('up waits for a check, but not for ever', async () => {
    town.programs.spoil('bd', hang)
    let kill: (signal: NodeJS.Signals) => boolean = () => false
    const check = town.run(['--once'], {
      started: (child) => {
        kill = child.kill
      },
    })
    await waitFor('a check is at work', () => hanging().length > 0)
    const up = town.run(['up'])
    await new Promise((resolve) => setTimeout(resolve, 500))
    kill('SIGTERM')
    await check
    expect((await up).exitCode).toBe(0)
  })
})
