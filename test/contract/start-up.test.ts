// Not tested: how long anything takes (npm run bench), node 22 and 24.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import packageFile from '../../package.json' with { type: 'json' }
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { PROGRAM, runProgram } from '../support/run-check.js'

const DIST = dirname(PROGRAM)
const preload = (name: string): string => fileURLToPath(new URL(`../support/${name}`, import.meta.url))
const plainName = (part: string): string => part.replace(/-[A-Z0-9]{8}\.cjs$/, '')
/** The parts of this build: what the executable names, and what those name. Those of earlier builds lie there for a while. */
function partsOf(folder: string): readonly string[] {
  const named = (path: string): readonly string[] =>
    [...readFileSync(path, 'utf8').matchAll(/"\.\/([\w-]+\.cjs)"/g)].map(([, name = '']) => name)
  const found = new Set(named(join(folder, 'gt-heartbeat.cjs')))
  for (const name of found) for (const more of named(join(folder, 'parts', name))) found.add(more)
  return [...found]
}

const size = (path: string): number => statSync(path).size

/** The part that everything is loaded with: it has no name of its own. */
const mainPart = (folder: string): string =>
  /require\("\.\/(chunk-\w+\.cjs)"\)/.exec(readFileSync(join(folder, 'gt-heartbeat.cjs'), 'utf8'))?.[1] ?? ''

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

type Read = readonly [call: string, path: string, modules?: readonly string[]]

interface Reads {
  /** Up to its first child, and from there to its last. */
  readonly ahead: readonly Read[]
  readonly before: readonly Read[]
  /** From its last child on. */
  readonly after: readonly Read[]
}

/** Which files a run asked for; names of agents and rigs as what they are. */
async function readsOf(...words: readonly string[]): Promise<Reads> {
  const told = join(town.stage, 'reads.json')
  const env = { ...town.env, NODE_OPTIONS: `--require ${preload('reads.cjs')}`, READS: told }
  const ending = await town.run(words, { env })
  expect(ending).toMatchObject({ exitCode: 0, stderr: '' })
  const reads: readonly Read[] = JSON.parse(readFileSync(told, 'utf8'))
  const calls = reads.map(([call]) => call)
  const [first, last] = calls.includes('spawn')
    ? [calls.indexOf('spawn'), calls.lastIndexOf('spawn')]
    : [reads.length, reads.length]
  return { ahead: reads.slice(0, first), before: reads.slice(first, last), after: reads.slice(last) }
}

/** The parts among them, each once. */
const partsIn = (reads: readonly Read[]): readonly string[] => {
  const loaded = reads.filter(
    ([call, path]) => call === 'openSync' && path.includes('/dist/parts/') && path.endsWith('.cjs'),
  )
  return [
    ...new Set(loaded.map(([, path]) => (basename(path) === mainPart(DIST) ? 'main' : plainName(basename(path))))),
  ]
}

async function raiseHealthyRig(polecats: number): Promise<void> {
  town.addRig('gastown')
  const names = Array.from({ length: polecats }, (_, index) => `gastown/polecats/p${index}`)
  for (const name of names) town.setBead(name, { state: 'working', hook: 'gt-w1' })
  await town.wake('deacon', 'gastown/witness', ...names)
  await town.run(['--once'])
}

describe('the program loads', () => {
  it('only what begins a check before bd is asked, only its first part and the lock before tmux is; the rest while the children run', async () => {
    await raiseHealthyRig(1)
    const { ahead, before, after } = await readsOf('--once')
    expect(partsIn(ahead)).toEqual(['head-start'])
    expect(partsIn(before)).toEqual(['main', 'lock-binding'])
    expect(partsIn(after)).toEqual(['later', 'chunk'])
  })

  it.each(['classic', 'current'] as const)('nothing of node before that which can wait: %s', async (kind) => {
    await town.end()
    town = raiseTown({ kind })
    await raiseHealthyRig(1)
    await town.run(['--once'])
    const [, , modules = []] = (await readsOf('--once')).before[0] ?? []
    expect(modules).toContain('child_process')
    expect(modules.filter((name) => /^(crypto|perf_hooks|worker_threads)$/.test(name))).toEqual([])
  })

  it.each(['classic', 'current'] as const)(
    'nothing of node once V8 has its flag, which is not taken as it was kept: %s',
    async (kind) => {
      await town.end()
      town = raiseTown({ kind })
      await raiseHealthyRig(1)
      const { ahead, before, after } = await readsOf('--once')
      const loadedAt = (moment: string) => [...ahead, ...before, ...after].find(([call]) => call === moment)?.[2] ?? []
      expect(loadedAt('flags')).toContain('timers/promises')
      expect(loadedAt('exit').filter((name) => !loadedAt('flags').includes(name))).toEqual([])
      expect(loadedAt('exit').filter((name) => /^(crypto|worker_threads)$/.test(name))).toEqual([])
    },
  )

  it('one small part where no check is due, and starts nobody', async () => {
    await raiseHealthyRig(1)
    for (const words of [['--quiet'], ['-q'], []]) {
      const { ahead, after } = await readsOf('--once', '--if-due', ...words)
      expect(partsIn(ahead)).toEqual(['not-due'])
      expect(after).toEqual([])
    }
  })

  it('nothing but its first part and commander to say its version, and no scheduler to tell of the past', async () => {
    await town.run(['--once'])
    expect(partsIn((await readsOf('--version')).ahead)).toEqual(['main', 'cli'])
    const past = partsIn((await readsOf('history')).ahead)
    expect(past).toContain('history')
    expect(past.filter((part) => /install|doctor|status|rearm|report-failure/.test(part))).toEqual([])
  })

  it('so much and no more', () => {
    const parts = join(DIST, 'parts')
    const sizes = Object.fromEntries(
      partsOf(DIST).map((name) => [name === mainPart(DIST) ? 'main' : plainName(name), size(join(parts, name))]),
    )
    expect(size(PROGRAM)).toBeLessThan(9_000)
    expect(sizes['not-due']).toBeLessThan(32_000)
    expect(sizes['head-start']).toBeLessThan(22_000)
    expect(sizes['main']).toBeLessThan(370_000)
    const all = partsOf(DIST).reduce((sum, name) => sum + size(join(parts, name)), 0)
    expect(all).toBeLessThan(1_360_000)
  })
})

/** What a quiet check of a classic town may ask for before its last child. */
const mayBeRead = [
  /^<dist>\//,
  /^<town>\/mayor(\/(town|rigs)\.json)?$/,
  /^<town>\/daemon(\/(activity\.json|daemon\.(lock|log|pid)|heartbeat\.config\.json|next-interval|requests|shutdown\.lock|shutting-down|state\.json))?$/,
  /^<town>\/daemon\/heartbeat(\/(failures\.json|first-questions\.json|history\.jsonl|ledger\.json|lock|next|stand-down(\/town)?|town\.json))?$/,
  // Whether a child can be given its descriptors; what tells the answer to one question to tmux from another's.
  /^\/dev\/(null|urandom)$/,
  /^<town>\/(gastown\/(mayor\/rig\/)?)?\.beads(\/(metadata\.json|redirect|routes\.jsonl))?$/,
  /^<town>(\/ESTOP)?$/,
  // Where towns of both kinds note what happens.
  /^<town>\/(\.events\.jsonl|\.runtime\/heartbeats)$/,
  /^<stage>\/home\/gt\/daemon\/activity\.json$/,
  // Where tmux has its sockets, and where gt, bd and tmux are.
  /^(\/tmp|<stage>\/s(\/tmux-\d+(\/default)?)?)$|\/(bd|gt|tmux)$/,
]

describe('a quiet check reads', () => {
  it('no file that is not on the list before its last child', async () => {
    await raiseHealthyRig(1)
    const { ahead, before } = await readsOf('--once')
    const files = [...ahead, ...before].filter(([call]) => call !== 'flags')
    const shown = files.map(([, path]) =>
      path.replace(DIST, '<dist>').replace(town.root, '<town>').replace(town.stage, '<stage>'),
    )
    expect(shown.filter((path) => !mayBeRead.some((one) => one.test(path)))).toEqual([])
  })

  it('as much before its last child for many agents as for one, and after it four files for each more', async () => {
    await raiseHealthyRig(1)
    const few = await readsOf('--once')
    const more = Array.from({ length: 8 }, (_, index) => `gastown/polecats/q${index}`)
    for (const name of more) town.setBead(name, { state: 'working', hook: 'gt-w1' })
    await town.wake(...more)
    await town.run(['--once'])
    const many = await readsOf('--once')
    expect(many.before.length).toBe(few.before.length)
    // The stand-ins are scripts: their sessions are judged by all processes of the machine.
    const files = (reads: readonly Read[]): number => reads.filter(([, path]) => !path.startsWith('/proc/')).length
    expect(files(many.after) - files(few.after)).toBeLessThanOrEqual(4 * more.length)
  })
})

/** A copy of the built program that may be broken. */
function copied(below = ''): string {
  const stage = mkdtempSync(join(realpathSync(tmpdir()), 'dist-'))
  onTestFinished(() => rmSync(stage, { recursive: true, force: true }))
  const folder = join(stage, below)
  mkdirSync(folder, { recursive: true })
  cpSync(DIST, join(folder, 'dist'), { recursive: true, filter: (path) => !/\.(map|cache)$/.test(path) })
  writeFileSync(join(folder, 'package.json'), '{}')
  return join(folder, 'dist')
}

const runCopy = (folder: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runProgram(['--town', town.root, ...words], {
    env: { ...town.env, ...env },
    cwd: town.root,
    program: join(folder, 'gt-heartbeat.cjs'),
  })

const oneLine = (text: RegExp) => expect.stringMatching(new RegExp(`^gt-heartbeat: ${text.source}\\n$`))

describe('a program that is not whole', () => {
  const cannot =
    /a part of the program cannot be loaded \([^\n]+\); to repair it: cd \S+\/dist-\w+ && npm ci && npm run build/

  it.each([
    ['its first part is cut off', (folder: string) => cut(join(folder, 'parts', mainPart(folder))), ['--once']],
    ['its first part is missing', (folder: string) => rmSync(join(folder, 'parts', mainPart(folder))), ['--once']],
    ['a part that a check loads later is missing', (folder: string) => rmSync(partNamed(folder, 'later')), ['--once']],
    ['a part that a check loads later is cut off', (folder: string) => cut(partNamed(folder, 'later')), ['--once']],
    [
      'what decides whether a check is due is cut off',
      (folder: string) => cut(partNamed(folder, 'not-due')),
      ['--once', '--if-due'],
    ],
    ['a command is missing', (folder: string) => rmSync(partNamed(folder, 'status')), ['status']],
  ])('says what to type, and exits as one that cannot tell: %s', async (_, breakIt, words) => {
    const folder = copied()
    breakIt(folder)
    expect(await runCopy(folder, words)).toMatchObject({ exitCode: 3, stdout: '', stderr: oneLine(cannot) })
    expect(existsSync(join(town.root, 'daemon/state.json'))).toBe(false)
  })

  it('names the source of a package that npm copied, not its name', async () => {
    const folder = copied(join('lib', 'node_modules', 'gt-heartbeat'))
    rmSync(partNamed(folder, 'later'))
    const fix = /[^\n]+; to repair it: npm install --global FOLDER \(the folder or tarball it came from\)/
    expect(await runCopy(folder, ['--once'])).toMatchObject({ exitCode: 3, stdout: '', stderr: oneLine(fix) })
  })

  it.runIf(process.platform === 'linux').each([mainPart, (folder: string) => basename(partNamed(folder, 'later'))])(
    'is a warning in the systemd journal',
    (partOf) => {
      const folder = copied()
      rmSync(join(folder, 'parts', partOf(folder)))
      const line = 'JOURNAL_STREAM=$(stat -L -c %d:%i "$0") exec "$@" 2>"$0"'
      const file = join(town.stage, 'journal')
      writeFileSync(file, '')
      const check = [process.execPath, join(folder, 'gt-heartbeat.cjs'), '--town', town.root, '--once']
      spawnSync('/bin/sh', ['-c', line, file, ...check], { env: town.env })
      expect(readFileSync(file, 'utf8')).toMatch(/^<4>gt-heartbeat: a part of the program cannot be loaded/)
    },
  )

  it('does so under a node that is too old', async () => {
    const folder = copied()
    const old = join(folder, 'old.cjs')
    writeFileSync(
      old,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })",
    )
    const ending = await runCopy(folder, ['--once'], { NODE_OPTIONS: `--require ${old}` })
    expect(ending).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: oneLine(/it needs Node 20\.19 or later, [^\n]+: get one from https:\/\/nodejs\.org/),
    })
    expect(packageFile.engines.node).toBe('>=20.19')
  })

  it('exits as one that cannot tell after an error that nobody caught', async () => {
    const folder = copied()
    const late = join(folder, 'late.cjs')
    writeFileSync(late, "setTimeout(() => { throw new Error('out of the blue') }, 1)")
    const ending = await runCopy(folder, ['--lifecycle', '--wait', '5s'], { NODE_OPTIONS: `--require ${late}` })
    expect(ending).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('out of the blue') })
  })
})

const partNamed = (folder: string, name: string): string =>
  join(folder, 'parts', partsOf(folder).find((part) => plainName(part) === name) ?? 'none')
const cut = (path: string): void => writeFileSync(path, `${readFileSync(path, 'utf8').slice(0, size(path) / 2)} }{`)

describe('what V8 made of the program', () => {
  const caches = (folder: string): readonly string[] =>
    readdirSync(join(folder, 'parts')).filter((name) => name.endsWith('.cache'))

  it('is kept by a check, not by a dry run, and not by anything else', async () => {
    const folder = copied()
    for (const words of [['--once', '--dry-run'], ['--version'], ['history']]) await runCopy(folder, words)
    expect(caches(folder)).toEqual([])
    expect(await runCopy(folder, ['--once'])).toMatchObject({ exitCode: 0 })
    expect(caches(folder).map((name) => name.replace(/^.*\.cjs\./, ''))).toEqual(
      Array.from({ length: 4 }, () => `${process.version}-${process.arch}-plain.cache`),
    )
  })

  it('is not kept by a check that could not look: it had not used most of it', async () => {
    const folder = copied()
    expect(await runCopy(folder, ['--once', '--config', 'none.json'])).toMatchObject({ exitCode: 78 })
    expect(caches(folder)).toEqual([])
  })

  it('is kept of what begins a check once one has used it: at the second', async () => {
    const folder = copied()
    await runCopy(folder, ['--once'])
    expect(caches(folder).filter((name) => name.startsWith('head-start'))).toEqual([])
    await runCopy(folder, ['--once'])
    const [kept = ''] = caches(folder).filter((name) => name.startsWith('head-start'))
    expect(size(join(folder, 'parts', kept))).toBeGreaterThan(size(partNamed(folder, 'head-start')) / 2)
  })

  it('is taken by the next check, which does not make it anew', async () => {
    const folder = copied()
    for (const _ of [1, 2]) await runCopy(folder, ['--once'])
    const files = () => caches(folder).map((name) => [name, statSync(join(folder, 'parts', name)).ino])
    const before = files()
    await runCopy(folder, ['--once'])
    expect(files()).toEqual(before)
  })

  it('is not believed when a byte of it is another one, or the part is', async () => {
    const folder = copied()
    // Those of a check with a head start are there at the second.
    for (const _ of [1, 2]) await runCopy(folder, ['--once'])
    for (const name of caches(folder)) {
      const path = join(folder, 'parts', name)
      const bytes = readFileSync(path)
      // In one of its two halves: where their length is a multiple of the step, both would go bad alike.
      for (let at = 40; at < bytes.length / 2; at += 97) bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
      writeFileSync(path, bytes)
    }
    expect(await runCopy(folder, ['--once'])).toMatchObject({ exitCode: 0, stderr: '' })
    for (const cut of [1, 4096, Number.POSITIVE_INFINITY]) {
      for (const name of caches(folder)) {
        const path = join(folder, 'parts', name)
        truncateSync(path, Math.max(0, size(path) - cut))
      }
      expect(await runCopy(folder, ['--once'])).toMatchObject({ exitCode: 0, stderr: '' })
    }
    for (const name of partsOf(folder)) {
      const path = join(folder, 'parts', name)
      writeFileSync(path, readFileSync(path, 'utf8').replace('all is well', 'all is fine'))
    }
    expect(await runCopy(folder, ['--once'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('is fine') })
  })

  it('is made anew where V8 has other flags', async () => {
    const folder = copied()
    await runCopy(folder, ['--once'])
    const kept = () => caches(folder).map((name) => readFileSync(join(folder, 'parts', name)))
    const before = kept()
    for (const NODE_OPTIONS of ['--stack-trace-limit=20', '--max-old-space-size=900'])
      expect(await runCopy(folder, ['--once'], { NODE_OPTIONS })).toMatchObject({ exitCode: 0, stderr: '' })
    expect(kept()).not.toEqual(before)
  })
})

describe('the package', () => {
  it('brings no other package, and the licences of what is in it', () => {
    expect(Object.keys(packageFile)).not.toContain('dependencies')
    const licences = readFileSync(join(DIST, 'THIRD-PARTY.txt'), 'utf8')
    for (const name of ['commander', 'fs-native-extensions', 'yargs-parser', 'zod']) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'))
    }
  })

  it('brings the lock for every platform that it says it has one for', () => {
    const platforms = readdirSync(join(DIST, 'prebuilds')).sort()
    expect(platforms).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'])
    for (const platform of platforms)
      expect(readdirSync(join(DIST, 'prebuilds', platform))).toEqual(['fs-native-extensions.node'])
  })
})

describe('a check that is asked whether it is due', () => {
  const sameAs = async (words: readonly string[]): Promise<void> => {
    // A plain command line is decided by a small part, the other by the whole program.
    const [plain, whole] = [
      await town.run(['--once', '--if-due', ...words]),
      await town.run(['--once', '--if-due', ...words, '--wait', '0s']),
    ]
    const told = ({ exitCode, stdout, stderr }: typeof plain) => ({
      exitCode,
      stdout: stdout.replace(/in \d+m\d*s?/, 'in a while'),
      stderr,
    })
    expect(told(plain)).toEqual(told(whole))
  }

  it('says the same by its small part as by the whole program', async () => {
    await town.run(['--once'])
    for (const words of [[], ['--quiet']]) await sameAs(words)
  })

  it('tells of what is wrong with a configuration that no check has read yet', async () => {
    await town.run(['--once'])
    town.configure({ nonsense: 1 })
    expect(await town.run(['--once', '--if-due', '--quiet'])).toMatchObject({ exitCode: 78 })
  })

  it('tells of a tmux that is gone', async () => {
    await town.run(['--once'])
    const env = { ...town.env, PATH: '/nowhere' }
    expect(await town.run(['--once', '--if-due', '--quiet'], { env })).toMatchObject({ exitCode: 69 })
  })

  it('goes by what its environment adds to the command line', async () => {
    await town.run(['--once'])
    const env = { ...town.env, GT_HEARTBEAT_OPTS: '--nonsense' }
    expect(await town.run(['--once', '--if-due', '--quiet'], { env })).toMatchObject({ exitCode: 64 })
  })
})
