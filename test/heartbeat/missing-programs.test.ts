import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import type { StageKindName } from '../support/stage-kind.js'

let town: FakeTown

afterEach(() => town.end())

async function raiseRig(kind: StageKindName): Promise<void> {
  town = raiseTown({ kind })
  town.addRig('gastown')
  for (const agent of ['deacon', 'mayor', 'gastown/witness', 'gastown/refinery']) town.setBead(agent)
  await town.wake('deacon', 'gastown/witness')
}

/** Ways in which PATH leads to something of that name that is no program. */
const absences: Readonly<Record<string, (path: string) => void>> = {
  'does not exist': rmSync,
  'is not executable': (path) => chmodSync(path, 0o644),
  'is a broken link': (path) => {
    rmSync(path)
    symlinkSync('/nowhere', path)
  },
  'is a folder': (path) => {
    rmSync(path)
    mkdirSync(path)
  },
}

/** A PATH with every program of this machine but one; those of the test town come first. */
function pathWithout(name: string): string {
  const others = join(town.stage, 'others')
  mkdirSync(others)
  for (const folder of (town.env['PATH'] ?? '').split(':')) {
    for (const program of existsSync(folder) ? readdirSync(folder) : []) {
      if (program === name) continue
      try {
        symlinkSync(join(folder, program), join(others, program))
      } catch {
        // A folder before this one has it.
      }
    }
  }
  return others
}

const check = async (words: readonly string[], env = town.env): Promise<CheckDocument> =>
  readDocument((await town.run([...words, '--json'], { env })).stdout)

describe.each(['classic', 'current'] as const)('in a %s town', (kind) => {
  it.each(Object.entries(absences))('gt that %s ends a check with exit code 69', async (absence, remove) => {
    await raiseRig(kind)
    remove(join(town.programs.bin, 'gt'))
    const document = await check(['--once'])
    expect(document).toMatchObject({ exitCode: 69, verdict: 'unknown', gate: { open: true } })
    const why = absence === 'does not exist' ? /^gt is not on PATH: / : new RegExp(absence)
    expect(document.blindSpots).toEqual([
      { what: 'a program that checks need (gt)', why: expect.stringMatching(why), missingProgram: 'gt' },
    ])
  })

  it.each([[['--lifecycle']], [['--once', '--dry-run']]])(
    '%j without gt ends with exit code 69 as well',
    async (words) => {
      await raiseRig(kind)
      town.programs.uninstall('gt')
      expect(await check(words)).toMatchObject({ exitCode: 69, blindSpots: [{ missingProgram: 'gt' }] })
    },
  )

  it.each(Object.entries(absences))(
    'bd that %s ends a check with exit code 69 and is reported once',
    async (_, remove) => {
      await raiseRig(kind)
      remove(join(town.programs.bin, 'bd'))
      const document = await check(['--once'])
      expect(document.exitCode).toBe(69)
      expect(document.blindSpots.filter(({ missingProgram }) => missingProgram === 'bd').length).toBe(1)
    },
  )

  it('a quiet check without gt starts three programs, and runs again within five minutes', async () => {
    await raiseRig(kind)
    town.programs.uninstall('gt')
    await check(['--once'])
    const { calls, exitCode } = await town.run(['--once'])
    expect([exitCode, calls.map(({ program }) => program).sort()]).toEqual([69, ['bd', 'bd', 'tmux']])
    expect(Number(town.read('daemon/next-interval'))).toBeLessThanOrEqual(300)
  })

  it('status names the missing gt after the check, and doctor names it before', async () => {
    await raiseRig(kind)
    town.programs.uninstall('gt')
    await check(['--once'])
    expect((await town.run(['status'])).stdout).toMatch(/gt is not on PATH/)
    expect((await town.run(['doctor'])).stdout).toMatch(/gt is not on PATH/)
  })

  it('without git a check is a warning, and none when worktrees are not updated', async () => {
    await raiseRig(kind)
    const env = { ...town.env, PATH: pathWithout('git') }
    const document = await check(['--once'], env)
    expect(document.exitCode).toBe(1)
    expect(document.findings.map(({ because }) => because)).toEqual([
      'git is not on PATH: worktrees are not updated before a start, and no polecat with open work is started',
    ])
    town.configure({ worktree: false })
    expect(await check(['--once'], env)).toMatchObject({ exitCode: 0, findings: [] })
  })

  it('a start shell that is missing makes a check a warning', async () => {
    await raiseRig(kind)
    town.configure({ launchShell: '/nowhere/zsh' })
    const document = await check(['--once'])
    expect(document.exitCode).toBe(1)
    expect(document.findings.map(({ because }) => because)).toEqual([
      '/nowhere/zsh does not exist: agents are started through /bin/sh',
    ])
    expect((await town.run(['doctor'])).stdout).toMatch(/\/nowhere\/zsh does not exist/)
  })

  it('without systemd-run a check under systemd is a warning, and any other check is well', async () => {
    await raiseRig(kind)
    const env = { ...town.env, PATH: pathWithout('systemd-run') }
    expect(await check(['--once'], env)).toMatchObject({ exitCode: 0, findings: [] })
    const document = await check(['--once'], { ...env, INVOCATION_ID: 'x' })
    expect(document.exitCode).toBe(1)
    expect(document.findings.map(({ because }) => because).join()).toMatch(/^systemd-run is not on PATH: a tmux server/)
  })

  it('tmux that is a folder ends every check with exit code 69 before anything is done', async () => {
    await raiseRig(kind)
    const PATH = pathWithout('tmux')
    mkdirSync(join(PATH, 'tmux'))
    const ended = await town.run(['--once', '--json'], { env: { ...town.env, PATH } })
    const document = readDocument(ended.stdout)
    expect(document).toMatchObject({ exitCode: 69, actions: [], gate: { open: false, reason: 'unavailable' } })
    expect(document.gate.because).toMatch(/tmux is not on PATH \(.*\/tmux is a folder\)/)
    expect(ended.calls).toEqual([])
  })
})

it('a classic town without a database still needs bd', async () => {
  await raiseRig('classic')
  rmSync(join(town.root, '.beads'), { recursive: true })
  expect(await check(['--once'])).toMatchObject({ exitCode: 0 })
  town.programs.uninstall('bd')
  const document = await check(['--once'])
  expect(document.exitCode).toBe(69)
  expect(document.blindSpots.map(({ what }) => what)).toEqual(['a program that checks need (bd)'])
})

it('the rest is done without gt: a dead deacon of a classic town is started', async () => {
  await raiseRig('classic')
  await town.crash('deacon')
  town.programs.uninstall('gt')
  const document = await check(['--once'])
  expect(document.actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)).toEqual([
    'start deacon done',
  ])
  expect(document.exitCode).toBe(69)
})

it('a file on PATH that another folder replaces is no absence', async () => {
  await raiseRig('classic')
  const shadow = join(town.stage, 'shadow')
  mkdirSync(shadow)
  writeFileSync(join(shadow, 'gt'), 'not a program', { mode: 0o644 })
  expect((await check(['--once'], { ...town.env, PATH: `${shadow}:${town.env['PATH']}` })).exitCode).toBe(0)
})
