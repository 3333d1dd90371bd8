// Not tested: a platform without a binding (musl), macOS.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCommands } from '../../../src/ports/command.js'
import { isFlocked, isLocked, tryLock, whyHeld } from '../../../src/ports/lock.js'
import { readHolder, writeHolder } from '../../../src/ports/lock-holder.js'
import { findProgram } from '../../../src/ports/program-path.js'
import { lives, run, temporaryFolder } from './around.js'

const commands = createCommands(Date.now() + 60_000)

/** Another process that runs a script and says `held` when it has come so far. */
async function other(program: string, args: readonly string[]) {
  const process = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    process.kill('SIGKILL')
  })
  await once(process.stdout, 'data')
  return process
}

/** A check that holds our lock. */
async function holder(lock: string, and = '') {
  const script = join(temporaryFolder(), 'holder.mts')
  const source = JSON.stringify(resolve('src/ports/lock.ts'))
  writeFileSync(
    script,
    `import { spawn } from 'node:child_process'
     import { tryLock } from ${source}
     const held = await tryLock(${JSON.stringify(lock)})
     ${and}
     console.log(held ? 'held' : 'not held')
     setInterval(() => held, 1000)`,
  )
  return await other('node', ['--import', import.meta.resolve('tsx'), script])
}

test('one check holds the lock, another one does not get it, and gets it when it is given back', async () => {
  const lock = join(temporaryFolder(), 'lock')
  expect(await isLocked(lock)).toBe(false)
  expect(existsSync(lock)).toBe(false)
  const held = await tryLock(lock)
  expect(held).toBeDefined()
  expect(await isLocked(lock)).toBe(true)
  expect(await tryLock(lock)).toBeUndefined()
  expect(await isLocked(lock)).toBe(true)
  held?.release()
  held?.release()
  expect(await isLocked(lock)).toBe(false)
  expect(existsSync(lock)).toBe(true)
  expect(statSync(lock).mode & 0o777).toBe(0o600)
  const again = await tryLock(lock)
  expect(again).toBeDefined()
  again?.release()
})

test('a lock file that its holder takes away when it is done is a lock for nobody who has it open', async () => {
  const lock = join(temporaryFolder(), 'lock')
  const held = await tryLock(lock)
  const waiting = tryLock(lock)
  await new Promise(setImmediate)
  rmSync(lock)
  held?.release()
  expect(await waiting).toBeUndefined()
  const next = await tryLock(lock)
  expect(next).toBeDefined()
  next?.release()
})

test('a check that is killed leaves no lock behind, and neither does what it had started', async () => {
  const lock = join(temporaryFolder(), 'lock')
  const pidFile = `${lock}.child`
  const begin = `const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
    ;(await import('node:fs')).writeFileSync(${JSON.stringify(pidFile)}, String(child.pid))`
  const check = await holder(lock, begin)
  expect(await tryLock(lock)).toBeUndefined()
  check.kill('SIGKILL')
  await once(check, 'exit')
  const child = Number(readFileSync(pidFile, 'utf8'))
  expect(lives(child)).toBe(true)
  const held = await tryLock(lock)
  expect(held).toBeDefined()
  held?.release()
  process.kill(child, 'SIGKILL')
})

test('a held lock survives a collection of garbage', async () => {
  const lock = join(temporaryFolder(), 'lock')
  const held = await tryLock(lock)
  Array.from({ length: 100 }, () => Buffer.alloc(1_000_000))
  globalThis.gc?.()
  expect(await isLocked(lock)).toBe(true)
  held?.release()
})

test('a lock whose folder is missing is an error, not a free lock', async () => {
  await expect(tryLock(join(temporaryFolder(), 'missing', 'lock'))).rejects.toThrow('ENOENT')
})

const flockScript = (file: string) =>
  `import fcntl,time\nf=open(${JSON.stringify(file)},'a')\nfcntl.flock(f,fcntl.LOCK_EX)\nprint('held',flush=True)\ntime.sleep(600)`

test("a flock of gt's is seen while it is held, is not disturbed, and is over when its holder is killed", async (ctx) => {
  if (!findProgram('python3', process.env)) ctx.skip('needs python3 to hold a flock: apt-get install python3')
  const file = join(temporaryFolder(), 'daemon.lock')
  expect(await isFlocked(file, commands)).toBe(false)
  expect(existsSync(file)).toBe(false)
  const daemon = await other('python3', ['-c', flockScript(file)])
  expect(await isFlocked(file, commands)).toBe(true)
  expect(await isFlocked(file, commands)).toBe(true)
  daemon.kill('SIGKILL')
  await once(daemon, 'exit')
  expect(await isFlocked(file, commands)).toBe(false)
})

test('a lock file of gt that cannot be looked at counts as held, and nobody can tell', async () => {
  const folder = temporaryFolder()
  const loop = join(folder, 'loop')
  symlinkSync('loop', loop)
  for (const file of [loop, join(folder, 'x'.repeat(300))]) {
    expect(await isFlocked(file, commands)).toBe(true)
    expect(whyHeld(file)).toMatch(/^nobody can tell whether it is held: /)
  }
})

/** Asks in a pid namespace of its own, where /proc/locks does not show the locks of others. */
async function askInNamespace(file: string, env = process.env['PATH'] ?? ''): Promise<string> {
  const script = join(temporaryFolder(), 'ask.mts')
  writeFileSync(
    script,
    `import { createCommands } from ${JSON.stringify(resolve('src/ports/command.ts'))}
     import { isFlocked } from ${JSON.stringify(resolve('src/ports/lock.ts'))}
     process.env.PATH = ${JSON.stringify(env)}
     console.log(await isFlocked(${JSON.stringify(file)}, createCommands(Date.now() + 9000)))`,
  )
  const node = [process.execPath, '--import', import.meta.resolve('tsx'), script]
  const asked = await run(commands, 'unshare', ['-p', '-f', '--mount-proc', ...node])
  return asked.ok ? asked.stdout.trim() : asked.failure
}

test('in a container, where the table of locks is empty, flock(1) is asked; without it the lock counts as held', async (ctx) => {
  const probe = await run(commands, 'unshare', ['-p', '-f', '--mount-proc', 'flock', '--version'])
  if (!probe.ok) ctx.skip('needs root, unshare and flock of util-linux: apt-get install util-linux')
  const file = join(temporaryFolder(), 'daemon.lock')
  expect(await askInNamespace(file)).toBe('false')
  const daemon = await other('sh', ['-c', 'exec 9>>"$1" && flock -n 9 && echo held && exec sleep 600', 'sh', file])
  expect(await askInNamespace(file)).toBe('true')
  daemon.kill('SIGKILL')
  await once(daemon, 'exit')
  expect(await askInNamespace(file)).toBe('false')
  expect(await askInNamespace(file, '/nowhere')).toBe('true')
})

test.each([
  ['FIFO', (path: string) => execFileSync('mkfifo', [path])],
  ['folder', (path: string) => mkdirSync(path)],
])('a %s in place of a lock is refused at once with its path', async (kind, make) => {
  const path = join(temporaryFolder(), 'lock')
  make(path)
  const refusal = `${path} is a ${kind}, not a file`
  await expect(tryLock(path)).rejects.toThrow(refusal)
  await expect(isLocked(path)).rejects.toThrow(refusal)
  expect(await isFlocked(path, commands)).toBe(true)
  expect(whyHeld(path)).toContain(refusal)
  writeHolder(path, { pid: 1, since: 0 })
  expect(readHolder(path)).toBeUndefined()
})
