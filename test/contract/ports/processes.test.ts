// Not tested: macOS (its `ps` is parsed from a sample in the unit tests); /proc mounted with hidepid.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCommands } from '../../../src/ports/command.js'
import { allProcesses, processOf, treeBelow } from '../../../src/ports/processes.js'
import { stub, temporaryFolder, until } from './around.js'

/** A child of this test that is gone when it ends. */
function child(program: string, args: readonly string[]): number {
  const begun = spawn(program, args, { stdio: 'ignore' })
  onTestFinished(() => {
    begun.kill('SIGKILL')
  })
  if (begun.pid === undefined) throw new Error(`${program} does not start`)
  return begun.pid
}

async function everybody() {
  const processes = await allProcesses(createCommands(Date.now() + 10_000))
  if (!processes.known) throw new Error(processes.why)
  return processes.value
}

test('a process is told with its parent, words and the time it started', async () => {
  const before = Date.now()
  const pid = child('sleep', ['600', '0'])
  // The kernel names a new program an instant before it has its words.
  await until(() => processOf(pid)?.argv[0] === 'sleep')
  const found = processOf(pid)
  expect(found).toMatchObject({ pid, parent: process.pid, comm: 'sleep' })
  expect(found?.argv).toEqual(['sleep', '600', '0'])
  expect(found?.startedAt).toBeGreaterThan(before - 1500)
  expect(found?.startedAt).toBeLessThan(Date.now() + 500)
  expect((await everybody()).find((one) => one.pid === pid)?.startTime).toBe(found?.startTime)
})

test('a name with blanks and parentheses changes nothing', async (ctx) => {
  if (!existsSync('/proc/self/stat')) ctx.skip('needs Linux: only /proc writes names without a frame')
  const program = join(temporaryFolder(), ') R 1 (a b')
  copyFileSync('/bin/sleep', program)
  const pid = child(program, ['600'])
  await until(() => processOf(pid)?.argv[0] === program)
  expect(processOf(pid)).toMatchObject({ pid, parent: process.pid, argv: [program, '600'] })
})

test('a process that was never collected is there, state Z, without words', async () => {
  const parent = child(stub(temporaryFolder(), 'parent', 'sleep 0 & exec sleep 600'), [])
  const zombie = async () => (await everybody()).find((one) => one.parent === parent && one.state === 'Z')
  await until(async () => (await zombie()) !== undefined)
  expect((await zombie())?.argv ?? []).toEqual([])
})

test('a process that is gone is nobody', async () => {
  const begun = spawn('true', { stdio: 'ignore' })
  await once(begun, 'exit')
  expect(processOf(begun.pid ?? 0)).toBeUndefined()
})

test('a stopped process says so', async () => {
  const pid = child('sleep', ['600'])
  process.kill(pid, 'SIGSTOP')
  await until(() => processOf(pid)?.state === 'T')
})

test('the tree below a process holds its children and theirs, itself first', async () => {
  const pid = child('sh', ['-c', 'sh -c "sleep 600 & wait" & wait'])
  // A shell that has forked is two shells until the one has become the program.
  await until(async () => treeBelow(await everybody(), pid).some(({ comm }) => comm === 'sleep'))
  const tree = treeBelow(await everybody(), pid)
  expect(tree[0]?.pid).toBe(pid)
  expect(tree.map(({ comm }) => comm).sort()).toEqual(['sh', 'sh', 'sleep'])
  for (const one of tree.slice(1)) process.kill(one.pid, 'SIGKILL')
})
