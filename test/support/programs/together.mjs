// Answers the calls of stand-ins on every stage in one process, since to start node is nearly all that such a call costs:
// together.mjs FIFO. A line that comes down the fifo is STAND-IN, STAGE and process id, with tabs between; the call is written in
// STAGE/calls/<process id>. What is said lies in STAGE/answers/<process id>.out and .err when the exit code comes down the fifo
// <process id> there; "alone" means that the caller has to see to it. It lasts as long as its standard input.
import { closeSync, constants, openSync, readFileSync, realpathSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { Failure } from './store.mjs'

function callIn(path) {
  const text = readFileSync(path, 'utf8')
  if (!text.endsWith('\0')) throw new Error(`${path} was not written to its end`)
  const [, cwd, , count, ...rest] = text.slice(0, -1).split('\0')
  const pairs = rest.slice(Number(count)).map((pair) => pair.split(/=(.*)/s, 2))
  return { args: rest.slice(0, Number(count)), cwd: realpathSync(cwd), env: Object.fromEntries(pairs) }
}

function answered(answer, call) {
  const said = { out: '', err: '', code: 0 }
  const say = (text) => {
    said.out += text
  }
  const complain = (text) => {
    said.err += text
  }
  try {
    said.code = answer({ ...call, say, complain }) ?? 0
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    complain(`Error: ${error.message}\n`)
    said.code = 1
  }
  return said
}

async function codeFor(standIn, stage, pid) {
  const place = `${stage}/answers/${pid}`
  // What the caller may not do itself is not done for it.
  if (statSync(place).uid !== process.getuid()) return 'alone'
  const { answer } = await import(standIn)
  const { out, err, code } = answered(answer, callIn(`${stage}/calls/${pid}`))
  writeFileSync(`${place}.out`, out)
  if (err) writeFileSync(`${place}.err`, err)
  return code
}

async function serve(line) {
  const [standIn, stage, pid] = line.split('\t')
  const code = await codeFor(standIn, stage, pid).catch(() => 'alone')
  try {
    const fifo = openSync(`${stage}/answers/${pid}`, constants.O_WRONLY | constants.O_NONBLOCK)
    writeSync(fifo, `${code}\n`)
    closeSync(fifo)
  } catch {
    // Whoever asked has been killed meanwhile.
  }
}

// Open for writing too: else its end would come with the first caller's. Not read as a file, for which a thread would wait that none can end.
const { O_RDWR, O_NONBLOCK } = constants
const asked = new Socket({ fd: openSync(process.argv[2], O_RDWR | O_NONBLOCK), readable: true, writable: false })
createInterface(asked).on('line', serve)
process.stdin.on('end', () => process.exit()).resume()
