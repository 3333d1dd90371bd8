// Not tested: a child that hangs in the kernel and cannot be killed; EAGAIN and EMFILE when the system has no process or file left.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { answer, createCommands } from '../../../src/ports/command.js'
import { processOf } from '../../../src/ports/processes.js'
import { lives, path, run, stub, temporaryFolder, until } from './around.js'

const inAMinute = () => createCommands(Date.now() + 60_000)
const sh = (script: string, ...words: readonly string[]) => ['-c', script, 'sh', ...words]

/** The pid that a child wrote to a file. */
async function pidIn(file: string): Promise<number> {
  await until(() => readOr(file, '') !== '')
  return Number(readFileSync(file, 'utf8'))
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

test('a program gets its words, folder and environment as they are, and nothing else', async () => {
  const words = ['$HOME', '$(touch /tmp/never)', ';', 'a b', '', "'", 'two\nlines', '-x']
  const commands = inAMinute()
  const result = await run(commands, 'sh', sh('printf "<%s>" "$@"; pwd; env; cat', ...words), {
    cwd: '/usr',
    env: { PATH: path, ONLY: 'this' },
  })
  const printed = result.ok ? result.stdout : result.failure
  expect(printed).toContain(words.map((word) => `<${word}>`).join(''))
  const variables = printed.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? [])
  expect(variables.filter((name) => !['PWD', '_', 'SHLVL', 'OLDPWD'].includes(name)).sort()).toEqual(['ONLY', 'PATH'])
  expect(printed).toContain('/usr\n')
  expect(answer(result)).toEqual({ known: true, value: printed })
})

test('a failure is one line that names program, folder, exit code and last words', async () => {
  const result = await run(inAMinute(), 'sh', sh('echo first >&2; echo "no such\tbead" >&2; exit 7'))
  expect(result).toMatchObject({ ok: false, kind: 'exit', exitCode: 7 })
  expect(result).toHaveProperty(
    'failure',
    'sh -c echo first >&2; echo "no such bead" >&2; exit 7 sh in /: exit code 7: no such bead',
  )
})

test('a program that is not on the PATH it is given is missing, with and without a gate', async () => {
  const empty = temporaryFolder()
  for (const before of [undefined, () => undefined]) {
    const commands = inAMinute()
    const result = await run(commands, 'sh', [], { env: { PATH: empty }, ...(before && { before }) })
    expect(result).toMatchObject({ ok: false, kind: 'missing' })
    expect(result).toHaveProperty('failure', 'sh in /: sh is not installed, or not on PATH')
    expect(commands.tally()).toEqual([])
  }
})

test.each([
  ['a missing folder', 'sh', [], { cwd: '/no/such/folder' }],
  ['a file that cannot be run', '/etc/passwd', [], {}],
  ['a NUL in a word', 'sh', ['a\0b'], {}],
  ['more words than the system takes', 'sh', ['x'.repeat(300_000)], {}],
])('%s: not started, and said so', async (_, program, args, rest) => {
  const result = await run(inAMinute(), program, args, rest)
  expect(result).toMatchObject({ ok: false, kind: 'not-started' })
})

test('a script whose interpreter is missing was not started: the script itself is there', async () => {
  const folder = temporaryFolder()
  const script = stub(folder, 'script', '')
  writeFileSync(script, '#!/no/such/interpreter\n')
  expect(await run(inAMinute(), script, [])).toMatchObject({ kind: 'not-started' })
})

test('at the deadline the whole process group dies, also what ignores signals', async () => {
  const folder = temporaryFolder()
  const script = 'trap "" TERM HUP INT; (trap "" TERM HUP; sh -c "echo \\$\\$ >grandchild; exec sleep 60") & wait'
  const since = Date.now()
  const result = await run(inAMinute(), 'sh', sh(script), { cwd: folder, deadline: 400 })
  expect(result).toMatchObject({ ok: false, kind: 'timeout' })
  expect(result).toHaveProperty('failure', expect.stringContaining(`in ${folder}: timed out after 0.4 s`))
  expect(Date.now() - since).toBeLessThan(2000)
  const grandchild = await pidIn(join(folder, 'grandchild'))
  await until(() => !lives(grandchild))
})

test("the run's own deadline cuts a child's deadline shorter, and after it nothing is started", async () => {
  const commands = createCommands(Date.now() + 300)
  expect(await run(commands, 'sleep', ['60'])).toMatchObject({ kind: 'timeout' })
  expect(commands.left()).toBe(0)
  const late = await run(commands, 'touch', [join(temporaryFolder(), 'never')])
  expect(late).toMatchObject({ kind: 'timeout', failure: expect.stringContaining('no time is left') })
  expect(commands.tally()).toMatchObject([{ program: 'sleep', calls: 1 }])
})

test('a child that has ended is not waited for because a grandchild holds its output, and the grandchild dies', async () => {
  const folder = temporaryFolder()
  const since = Date.now()
  const result = await run(inAMinute(), 'sh', sh('sleep 60 & echo $! >left; echo done'), { cwd: folder })
  expect(result).toMatchObject({ ok: true, stdout: 'done\n' })
  expect(Date.now() - since).toBeLessThan(2000)
  const left = await pidIn(join(folder, 'left'))
  await until(() => !lives(left))
})

test('what has left for a session of its own lives on, as a tmux server must', async () => {
  const folder = temporaryFolder()
  await run(inAMinute(), 'setsid', ['-f', 'sh', '-c', 'echo $$ >left; exec sleep 60'], { cwd: folder })
  const left = await pidIn(join(folder, 'left'))
  expect(lives(left)).toBe(true)
  process.kill(left)
})

test('bytes that are no UTF-8 do no harm', async () => {
  const result = await run(inAMinute(), 'printf', ['\\357\\273\\277a\\377\\303\\251'])
  expect(result).toMatchObject({ ok: true, stdout: '\uFEFFa\uFFFDé' })
})

test('a program that prints without end is stopped, and what it printed is not held', async () => {
  const before = process.memoryUsage.rss()
  const result = await run(inAMinute(), 'sh', sh('yes & wait'))
  expect(result).toMatchObject({ ok: false, kind: 'too-much-output', stdout: '' })
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024)
})

test('what is said beside an answer takes no room of other answers, and its end is told', async () => {
  const commands = inAMinute()
  const flood = 'head -c 30000000 /dev/zero >&2; echo; echo "the disk is full" >&2; echo answer'
  const floods = Array.from({ length: 5 }, () => run(commands, 'sh', sh(`${flood}; exit "$1"`, '1')))
  const [last] = (await Promise.all([...floods, run(commands, 'sh', sh(flood))])).toReversed()
  expect(last).toMatchObject({
    ok: true,
    stdout: '\nanswer\n',
    stderr: expect.stringMatching(/^\0.*\n\0*the disk is full\n$/s),
  })
  for (const flooded of await Promise.all(floods))
    expect(flooded).toMatchObject({
      kind: 'exit',
      stdout: '\nanswer\n',
      failure: expect.stringContaining('the disk is full'),
    })
})

test('of an error text of some length nothing is lost', async () => {
  const text = 'é'.repeat(45_000)
  expect(await run(inAMinute(), 'sh', sh('printf %s "$1" >&2', text))).toMatchObject({ ok: true, stderr: text })
})

test('who complains without end is stopped, and its last words are told', async () => {
  const result = await run(inAMinute(), 'sh', sh('yes "the disk is full" >&2'))
  expect(result).toMatchObject({ kind: 'too-much-output', failure: expect.stringMatching(/32 MiB: t/) })
})

test('a large answer arrives whole', async () => {
  const result = await run(inAMinute(), 'head', ['-c', '20000000', '/dev/zero'])
  expect(result.ok && result.stdout.length).toBe(20_000_000)
})

test('children that print too much together are cut off, though none of them does alone', async () => {
  const [commands, folder] = [inAMinute(), temporaryFolder()]
  // Each holds what it printed until all of them have printed, or were ended for it.
  const lines = 'head -c 25000000 /dev/zero; : >"$1/$$"; while [ ! -e "$1/over" ]; do sleep 0.05; done'
  const all = Array.from({ length: 3 }, () => run(commands, 'sh', sh(lines, folder)))
  const first = await Promise.race(all)
  expect(first).toMatchObject({ ok: false, kind: 'too-much-output', stdout: '' })
  writeFileSync(join(folder, 'over'), '')
  const results = await Promise.all(all)
  expect(results.filter(({ ok }) => ok).map(({ stdout }) => stdout.length)).toEqual([25_000_000, 25_000_000])
  // Those that come later have the whole room.
  expect(await run(commands, 'head', ['-c', '20000000', '/dev/zero'])).toMatchObject({ ok: true })
})

test('a child that was killed by a signal says which', async () => {
  expect(await run(inAMinute(), 'sh', sh('kill -TERM $$'))).toMatchObject({ kind: 'signal', exitCode: undefined })
})

test('killAll ends every running child', async () => {
  const commands = inAMinute()
  const children = [1, 2].map(() => run(commands, 'sleep', ['60'], { before: () => setTimeout(commands.killAll, 50) }))
  expect(await Promise.all(children)).toMatchObject([{ kind: 'signal' }, { kind: 'signal' }])
})

test('every program that was started is counted once, by its own name', async () => {
  const commands = inAMinute()
  const gated = { before: () => undefined }
  await Promise.all([run(commands, '/bin/true', []), run(commands, 'true', [], gated), run(commands, 'false', [])])
  expect(commands.tally()).toMatchObject([
    { program: expect.stringMatching(/true|false/), calls: expect.any(Number) },
    { program: expect.stringMatching(/true|false/), calls: expect.any(Number) },
  ])
  expect(
    commands
      .tally()
      .map(({ program, calls }) => `${program} ${calls}`)
      .sort(),
  ).toEqual(['false 1', 'true 2'])
})

test('a child that must wait begins only when its pid has been written down, and keeps it', async () => {
  const folder = temporaryFolder()
  let child: { pid: number; startTime: string } | undefined
  const result = await run(inAMinute(), 'sh', sh('cat; echo $$ "$@"', '$(id)', 'a b'), {
    cwd: folder,
    before: (begun) => {
      child = begun
      expect(processOf(begun.pid)?.startTime).toBe(begun.startTime)
    },
  })
  expect(result).toMatchObject({ ok: true, stdout: `${child?.pid} $(id) a b\n` })
})

test('a child whose pid could not be written down never begins', async () => {
  const folder = temporaryFolder()
  const before = () => {
    // Time enough for one that does not wait.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    throw new Error('the ledger is full')
  }
  const result = await run(inAMinute(), 'touch', ['begun'], { cwd: folder, before })
  expect(result).toMatchObject({
    ok: false,
    kind: 'not-started',
    failure: expect.stringContaining('the ledger is full'),
  })
  expect(readOr(join(folder, 'begun'), 'never')).toBe('never')
})

test('a waiting child never begins when the check is killed before it gave the word', async () => {
  const folder = temporaryFolder()
  const check = join(folder, 'check.mts')
  const source = JSON.stringify(resolve('src/ports/command.ts'))
  writeFileSync(
    check,
    `import { writeFileSync } from 'node:fs'
     import { createCommands } from ${source}
     const before = ({ pid }) => {
       writeFileSync('waiting', String(pid))
       process.kill(process.pid, 'SIGKILL')
     }
     const env = { PATH: process.env.PATH }
     void createCommands(Date.now() + 9000).run({ program: 'touch', args: ['begun'], cwd: '.', env, deadline: 9000, before })`,
  )
  mkdirSync(join(folder, 'tmp'))
  const parent = spawn('node', ['--import', import.meta.resolve('tsx'), check], { cwd: folder, stdio: 'inherit' })
  await new Promise((ended) => parent.once('exit', ended))
  expect(parent.signalCode).toBe('SIGKILL')
  const waiting = await pidIn(join(folder, 'waiting'))
  await until(() => !lives(waiting))
  expect(readOr(join(folder, 'begun'), 'never')).toBe('never')
})
