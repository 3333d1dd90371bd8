import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findTown, townRoot } from '../../../src/find-town.js'
import { tmuxEnvironment } from '../../../src/open-town.js'

let home: string
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'find-')))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function makeTown(name: string, content = '{}'): string {
  const root = join(home, name)
  mkdirSync(join(root, 'mayor'), { recursive: true })
  mkdirSync(join(root, 'a/b'), { recursive: true })
  writeFileSync(join(root, 'mayor/town.json'), content)
  return root
}

const rootOf = (where: { town?: string; env?: Record<string, string>; cwd?: string }): string =>
  townRoot({ town: where.town, env: { HOME: home, ...where.env }, cwd: where.cwd ?? home })

describe('the town', () => {
  it('is the one that --town names, whatever else is said', () => {
    const [one, two] = [makeTown('one'), makeTown('two')]
    expect(rootOf({ town: one, env: { GT_TOWN_ROOT: two }, cwd: two })).toBe(one)
    expect(rootOf({ town: 'one' })).toBe(one)
    expect(rootOf({ town: '..', cwd: join(one, 'a') })).toBe(one)
  })

  it('else the one that $GT_TOWN_ROOT names, else the nearest around the working directory, else ~/gt', () => {
    const [one, gt] = [makeTown('one'), makeTown('gt')]
    expect(rootOf({ env: { GT_TOWN_ROOT: one } })).toBe(one)
    expect(rootOf({ cwd: join(one, 'a/b') })).toBe(one)
    expect(rootOf({ env: { GT_TOWN_ROOT: '' }, cwd: join(one, 'a/b') })).toBe(one)
    expect(rootOf({ cwd: '/' })).toBe(gt)
    const inner = makeTown('one/a/inner')
    expect(rootOf({ cwd: join(inner, 'a') })).toBe(inner)
  })

  it('is its real path, and the same one by another path is no other', () => {
    const one = makeTown('one')
    symlinkSync(one, join(home, 'link'))
    expect(rootOf({ town: join(home, 'link') })).toBe(one)
    expect(rootOf({ env: { GT_TOWN_ROOT: join(home, 'link') }, cwd: join(one, 'a') })).toBe(one)
  })

  it('is in doubt when the two differ: both are named', () => {
    const [one, two] = [makeTown('one'), makeTown('two')]
    expect(() => rootOf({ env: { GT_TOWN_ROOT: one }, cwd: join(two, 'a') })).toThrow(
      `$GT_TOWN_ROOT: names ${one}, but the working directory lies in the town ${two}: say which one with --town`,
    )
  })

  it.each<[string, () => string, RegExp]>([
    ['--town names none', () => rootOf({ town: join(home, 'x') }), /^--town: no town at .*\/x\/mayor\/town\.json/],
    ['$GT_TOWN_ROOT names none', () => rootOf({ env: { GT_TOWN_ROOT: '/dev/null' } }), /^\$GT_TOWN_ROOT: no town at/],
    ['there is none at ~/gt', () => rootOf({ cwd: '/' }), /^~\/gt: no town at .*name one with --town$/],
    ['its town.json is broken', () => rootOf({ town: makeTown('one', '{"half') }), /one\/mayor\/town\.json.*no JSON/],
    ['its town.json is empty', () => rootOf({ town: makeTown('one', '') }), /no JSON/],
    ['its town.json is a list', () => rootOf({ town: makeTown('one', '[]') }), /must hold a JSON object/],
  ])('is none when %s', (_, find, message) => {
    expect(find).toThrow(expect.objectContaining({ name: 'ConfigError', message: expect.stringMatching(message) }))
  })
})

describe('its settings', () => {
  const env = { PATH: process.env['PATH'], TMUX_TMPDIR: undefined }
  const find = (flags: object = {}, more: object = {}) => {
    const town = makeTown('one')
    return findTown({ town, cwd: home, env: { ...env, HOME: home, ...more }, ...flags })
  }

  it('come from daemon/heartbeat.config.json where it exists, else from --config', () => {
    expect(find().settings.maxStarts).toBe(5)
    mkdirSync(join(home, 'one/daemon'))
    writeFileSync(join(home, 'one/daemon/heartbeat.config.json'), '{"maxStarts":2,"tmuxSocket":"/s"}')
    expect(find()).toMatchObject({ flaw: undefined, settings: { maxStarts: 2, tmuxSocket: '/s' } })
    writeFileSync(join(home, 'other.json'), '{"maxStarts":3}')
    expect(find({ config: 'other.json' }).settings.maxStarts).toBe(3)
  })

  it.each([
    ['a --config that is not there', { config: 'none.json' }, {}, 'config', 78, /none\.json: there is no such file/],
    [
      'a dialect that is none',
      { dialect: 'x' },
      {},
      'dialect',
      78,
      /--dialect: "x" is no kind of town: classic or current/,
    ],
    ['no tmux on the PATH', {}, { PATH: '/nowhere' }, 'unavailable', 69, /install tmux/],
  ])('with %s are a flaw that closes the gate', (_, flags, more, reason, exitCode, because) => {
    expect(find(flags, more).flaw?.gate).toEqual({
      open: false,
      reason,
      exitCode,
      mayLook: false,
      because: expect.stringMatching(because),
    })
  })

  it('have every complaint in the flaw', () => {
    mkdirSync(join(home, 'one/daemon'), { recursive: true })
    writeFileSync(join(home, 'one/daemon/heartbeat.config.json'), '{"maxStarts":"x","deadline":1}')
    const { flaw } = find()
    expect(flaw?.gate.because).toBe('2 complaints about the configuration')
    expect(flaw?.findings.map(({ evidence }) => evidence['key'])).toEqual(['maxStarts', 'deadline'])
  })
})

describe('the environment of a tmux server that a check starts', () => {
  it("is the user's own, without what is the check's", () => {
    const own = { HOME: '/h', PATH: '/p', LANG: 'de_DE.UTF-8', HTTPS_PROXY: 'p', SHELL: '/bin/zsh' }
    const foreign = { GT_ROLE: 'x', TMUX: 'x', TMUX_PANE: 'x', CLAUDECODE: '1', npm_config_x: '1', NODE_OPTIONS: '-x' }
    expect(
      tmuxEnvironment({ ...own, ...foreign, GT_HEARTBEAT_OPTS: '-v', INVOCATION_ID: '1', BEADS_DIR: '/b' }),
    ).toEqual(own)
  })

  it('can always show UTF-8', () => {
    expect(tmuxEnvironment({ HOME: '/h' })).toEqual({ HOME: '/h', LC_ALL: 'C.UTF-8' })
    expect(tmuxEnvironment({ LANG: 'C.utf8', LC_ALL: 'POSIX' })).toEqual({ LANG: 'C.utf8', LC_ALL: 'C.UTF-8' })
  })
})
