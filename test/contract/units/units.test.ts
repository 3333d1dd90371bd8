import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../support/town-builder.js'

const UNITS = fileURLToPath(new URL('../../../units', import.meta.url))
const PATH = process.env['PATH'] ?? '/usr/bin:/bin'

const plain = [
  'gt-heartbeat-failed.service',
  'gt-heartbeat.service',
  'gt-heartbeat.timer',
  'gt-lifecycle.path',
  'gt-lifecycle.service',
  'gt-rearm.service',
]
const template = (unit: string): string => unit.replace('.', '@.')

/** The settings of a unit as `Section.Key=value`, in order, without comments. */
function settings(unit: string): readonly string[] {
  let section = ''
  return readFileSync(join(UNITS, unit), 'utf8')
    .split('\n')
    .flatMap((line) => {
      section = /^\[(.*)\]$/.exec(line)?.[1] ?? section
      return /^[^#[]/.test(line) ? [`${section}.${line}`] : []
    })
}

const valuesOf = (unit: string, key: string): readonly string[] =>
  settings(unit)
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1))

describe('the units', () => {
  it('are six for the one town most people have, and the same six for further towns', () => {
    const there = readdirSync(UNITS).filter((name) => name !== 'README.md')
    expect(there.sort()).toEqual([...plain, ...plain.map(template)].sort())
  })

  it.each(plain)('%s differs from its template in nothing but the names of the town', (unit) => {
    const names = (line: string): string =>
      line
        .replaceAll('@%i.', '.')
        .replace('Gas Town %i:', 'Gas Town:')
        .replace('%h/%i/', '%h/gt/')
        .replace('=%E/gt-heartbeat/%i.env', '=-%E/gt-heartbeat/default.env')
        .replace('GT_INSTANCE=@%i ', '')
    const further = settings(template(unit)).map(names)
    expect(further.filter((line) => line !== 'Service.Environment=GT_INSTANCE=@%i')).toEqual(settings(unit))
  })

  it.each(plain.filter((unit) => unit.endsWith('.service')))(
    '%s knows its town and its instance by what it is given',
    (unit) => {
      expect(valuesOf(unit, 'Service.EnvironmentFile')).toEqual(['-%E/gt-heartbeat/default.env'])
      expect(valuesOf(template(unit), 'Service.EnvironmentFile')).toEqual(['%E/gt-heartbeat/%i.env'])
      expect(valuesOf(template(unit), 'Service.Environment').join(' ')).toContain('GT_INSTANCE=@%i')
      expect(valuesOf(unit, 'Unit.StartLimitIntervalSec')).toEqual(['0'])
    },
  )

  it.each(['gt-heartbeat.service', 'gt-lifecycle.service'])(
    '%s leaves what it has started alive, is bounded in time, and only fails when a check has',
    (unit) => {
      expect(valuesOf(unit, 'Service.KillMode')).toEqual(['process'])
      expect(Number(valuesOf(unit, 'Service.TimeoutStartSec')[0])).toBeGreaterThan(0)
      expect(Number(valuesOf(unit, 'Service.TimeoutStopSec')[0])).toBeGreaterThan(0)
      expect(valuesOf(unit, 'Service.SuccessExitStatus')).toEqual(['1 75'])
      expect(valuesOf(unit, 'Unit.OnFailure')).toEqual(['gt-heartbeat-failed.service'])
      expect(valuesOf(unit, 'Service.ExecStopPost')).toContain('-/usr/bin/env gt-rearm arm')
      expect(settings(unit).filter((line) => /\.(Conflicts|RemainAfterExit|Persistent|Restart)=/.test(line))).toEqual(
        [],
      )
    },
  )

  it('gt-heartbeat.service has time for a whole check, and none for longer than the shortest pause', () => {
    const limit = Number(valuesOf('gt-heartbeat.service', 'Service.TimeoutStartSec')[0]) * 1000
    expect(limit).toBeGreaterThan(defaultSettings.runDeadline)
    expect(limit).toBeLessThan(Math.min(...defaultSettings.intervals.map(({ next }) => next)))
  })

  it('say nothing that an agent would have to live with', () => {
    const inherited =
      /\.(Nice|IO\w+|CPU\w+|OOM\w+|UMask|Limit\w+|NoNewPrivileges|Slice|Private\w+|Protect\w+|Restrict\w+|System(Call\w+)|Memory\w+|Tasks\w+|Capability\w+)=/
    const all = [...plain, ...plain.map(template)]
    expect(all.flatMap(settings).filter((line) => inherited.test(line))).toEqual([])
  })

  it('are found without fault by systemd-analyze', (ctx) => {
    const { stdout } = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' })
    if (Number(/^systemd (\d+)/.exec(stdout ?? '')?.[1] ?? 0) < 250)
      return ctx.skip('needs systemd-analyze of systemd 250 or later: apt-get install systemd')
    const units = [...plain, ...plain.map(template)].map((unit) => join(stage, 'units', unit))
    const env = { PATH: `${stage}:${PATH}`, XDG_RUNTIME_DIR: stage, HOME: stage }
    const found = spawnSync('systemd-analyze', ['--user', 'verify', '--recursive-errors=yes', ...units], {
      env,
      encoding: 'utf8',
    })
    expect([found.status, found.stdout, found.stderr]).toEqual([0, '', ''])
  })
})

let stage: string
beforeAll(() => {
  stage = mkdtempSync(join(tmpdir(), 'units-'))
  cpSync(UNITS, join(stage, 'units'), { recursive: true, filter: (path) => !path.endsWith('.md') })
})
afterAll(() => rmSync(stage, { recursive: true }))

describe('what a shell is given by a unit', () => {
  it('is quoted so that it is a script', () => {
    const [line = ''] = valuesOf('gt-heartbeat-failed.service', 'Service.ExecStart')
    const script = /^\/bin\/sh -c '(.*)'$/.exec(line)?.[1]?.replaceAll('$$', '$') ?? ''
    expect(script).not.toBe('')
    expect(script).not.toContain("'")
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], { env: { PATH: stage }, encoding: 'utf8' })
    expect([status, stderr.trim()]).toEqual([0, expect.stringMatching(/gt-heartbeat/)])
    expect(stdout).toMatch(/^<3>gt-heartbeat: a check failed/)
  })
})
