// Not tested: that node has no descriptor or process left (test/faults/machine-limits.test.ts).
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Question } from '../../../src/ports/begin-question.js'
import { type CommandResult, createCommands } from '../../../src/ports/command.js'
import { askAhead, type HeadStart } from '../../../src/ports/head-start.js'
import { lives, path, stub, temporaryFolder, until } from './around.js'

const env = { PATH: path, ONLY: 'this' }

/** A program that notes each of its calls, then does what the lines say, and a question for it. */
function asked(lines: string) {
  const folder = temporaryFolder()
  const told = join(folder, 'calls')
  stub(folder, 'program', `echo $$ >>'${told}'\n${lines}`)
  const calls = () => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n').map(Number) : [])
  const question: Question = { args: ['a', 'b'], cwd: folder, env }
  return { program: join(folder, 'program'), folder, calls, question }
}

const activity = { at: 0, notes: [], writtenAt: [] }

function begin(questions: readonly Question[], program: string): HeadStart {
  const begun = askAhead(questions, program, { after: { pid: 1, since: 0 }, activity })
  onTestFinished(() => begun.end())
  return begun
}

const runBy = (headStart: HeadStart, question: Question, program: string): Promise<CommandResult> =>
  createCommands(Date.now() + 60_000, headStart).run({ ...question, program, deadline: 30_000 })

test('a question that was begun ahead is begun once, and all that it says is heard', async () => {
  const { program, calls, question } = asked('echo "$ONLY $*"; echo trouble >&2')
  const result = await runBy(begin([question], program), question, program)
  expect(result).toEqual({ ok: true, stdout: 'this a b\n', stderr: 'trouble\n' })
  expect(calls()).toHaveLength(1)
})

test('one that has ended long before it is wanted is heard as well', async () => {
  const { program, calls, question, folder } = asked('echo said; echo trouble >&2; exit 7')
  const headStart = begin([question], program)
  await until(() => calls().length === 1 && !lives(calls()[0] ?? 0))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await runBy(headStart, question, program)).toMatchObject({
    ok: false,
    kind: 'exit',
    exitCode: 7,
    stdout: 'said\n',
    stderr: 'trouble\n',
    failure: expect.stringContaining(`program a b in ${folder}: exit code 7: trouble`),
  })
})

test('one that says more than a pipe holds waits until it is heard', async () => {
  const { program, question } = asked('head -c 300000 /dev/zero | tr "\\0" x')
  const headStart = begin([question], program)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const result = await runBy(headStart, question, program)
  expect(result.ok && result.stdout.length).toBe(300_000)
})

test('it has its deadline from when it is wanted, and what it leaves behind is ended', async () => {
  const { program, question, folder } = asked(`sleep 600 & echo $! >'child'\nwait`)
  const headStart = begin([question], program)
  const commands = createCommands(Date.now() + 60_000, headStart)
  expect(await commands.run({ ...question, program, deadline: 300 })).toMatchObject({ ok: false, kind: 'timeout' })
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'))
  await until(() => !lives(child))
})

test('whoever asks the same a second time gets a child of its own', async () => {
  const { program, calls, question } = asked('echo said')
  const headStart = begin([question], program)
  await runBy(headStart, question, program)
  expect(await runBy(headStart, question, program)).toMatchObject({ ok: true, stdout: 'said\n' })
  await until(() => calls().length === 2)
})

test.each<[string, Partial<Question>]>([
  ['words', { args: ['a', 'c'] }],
  ['words that only look alike', { args: ['a b'] }],
  ['folder', { cwd: '/' }],
  ['value of a variable', { env: { ...env, ONLY: 'that' } }],
  ['variables, one more', { env: { ...env, MORE: '' } }],
  ['variables, one less', { env: { PATH: path } }],
])('a question with other %s is not the one that was begun', async (_, other) => {
  const { program, calls, question } = asked('echo "$ONLY $*"')
  const headStart = begin([question], program)
  await runBy(headStart, { ...question, ...other }, program)
  await until(() => calls().length === 2)
})

test('another program is not the one that was asked, and neither is one that waits to be written down', async () => {
  const { program, calls, question } = asked('echo said')
  const other = asked('echo said')
  const headStart = begin([question], program)
  await runBy(headStart, question, other.program)
  expect(other.calls()).toHaveLength(1)
  const commands = createCommands(Date.now() + 60_000, headStart)
  await commands.run({ ...question, program, deadline: 30_000, before: () => undefined })
  await until(() => calls().length === 2)
})

test.each([
  ['forward', 60_000],
  ['back', -60_000],
])('after a sleep, or a clock that is set %s, what was asked before is old', async (_, ms) => {
  const { program, calls, question } = asked('echo said')
  const headStart = begin([question], program)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
  onTestFinished(() => void vi.useRealTimers())
  expect(await runBy(headStart, question, program)).toMatchObject({ ok: true, stdout: 'said\n' })
  await until(() => calls().length === 2)
})

test('what nobody wanted is ended with all that it has started', async () => {
  const { program, calls, question, folder } = asked(`sleep 600 & echo $! >'child'\nwait`)
  const commands = createCommands(Date.now() + 60_000, begin([question], program))
  await until(() => existsSync(join(folder, 'child')) && readFileSync(join(folder, 'child'), 'utf8') !== '')
  commands.endHeadStart()
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'))
  await until(() => !lives(child) && !lives(calls()[0] ?? 0))
})

test('a program that cannot be begun is asked again, by whoever can say why', async () => {
  const folder = temporaryFolder()
  const program = join(folder, 'program')
  writeFileSync(program, '#!/no/such/shell\n', { mode: 0o755 })
  const question: Question = { args: [], cwd: folder, env }
  expect(await runBy(begin([question], program), question, program)).toMatchObject({ ok: false, kind: 'not-started' })
})
