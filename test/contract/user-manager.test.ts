import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processesOf } from '../support/leftovers.js'
import { managerFor, raiseManager } from '../support/user-manager.js'
import { waitFor } from '../support/wait-for.js'

test('a user manager of our own runs units, keeps a journal, and nobody outside sees any of it', async (ctx) => {
  const manager = await managerFor(ctx)
  await manager.systemctl('is-system-running')
  const { exitCode } = await manager.run([
    'systemd-run',
    '--user',
    '--quiet',
    '--unit=hello',
    'sh',
    '-c',
    'echo hello from here',
  ])
  expect(exitCode).toBe(0)
  await waitFor('the unit has spoken', async () => (await manager.journal('hello.service')).includes('hello from here'))
  expect((await manager.run(['ps', '-A', '-o', 'pid='])).stdout.trim().split('\n').length).toBeLessThan(10)
  expect((await manager.run(['cat', '/proc/self/cgroup'])).stdout).toMatch(/^0::\/terminal$/m)
})

test('a user manager of our own leaves no process, no folder and no cgroup', async (ctx) => {
  const manager = await raiseManager()
  if ('whyNot' in manager) return ctx.skip(manager.whyNot)
  await manager.run(['tmux', 'new-session', '-d', 'sleep 600'])
  await manager.run(['systemd-run', '--user', '--quiet', 'sleep', '600'])
  expect(processesOf(manager.folder)).not.toEqual([])
  await manager.end()
  expect(processesOf(manager.folder)).toEqual([])
  expect(existsSync(manager.folder)).toBe(false)
})

test('a user manager of our own ends when the tests that raised it are killed', async (ctx) => {
  const first = await managerFor(ctx)
  const raise = `import { raiseManager } from ${JSON.stringify(join(import.meta.dirname, '../support/user-manager.ts'))}
    const manager = await raiseManager()
    await manager.run(['systemd-run', '--user', '--quiet', 'sleep', '600'])
    manager.begin(['sleep', '600'])
    process.stdout.write('up')
    setInterval(() => {}, 1000)`
  const tests = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', raise], {
    env: { ...process.env, TMPDIR: first.folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => tests.stdout.once('data', resolve))
  const folder = join(first.folder, readdirSync(first.folder).find((name) => name.startsWith('um-')) ?? 'none')
  expect(processesOf(folder)).not.toEqual([])
  tests.kill('SIGKILL')
  await waitFor('nothing of it is left', () => !existsSync(folder) && processesOf(folder).length === 0)
})

test('a command that takes too long is killed inside too', async (ctx) => {
  const manager = await managerFor(ctx)
  const { signal } = await manager.run(['sh', '-c', 'sleep 4321 & wait'], { within: 300 })
  expect(signal).toBe('SIGKILL')
  expect((await manager.run(['ps', '-A', '-o', 'args='])).stdout).not.toContain('wait')
})
