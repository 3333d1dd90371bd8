// Loaded into a process that is measured (node --require): what it costs itself, and when its children begin and end. On exit it is written to
// $BENCH_PROBE as one JSON object; all times in milliseconds since the process began.
const { ChildProcess } = require('node:child_process')
const { readFileSync, writeFileSync } = require('node:fs')

const begun = []
const ended = []
let readByFirst

const bytesRead = () => {
  try {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
  } catch {
    return Number.NaN
  }
}

const { spawn } = ChildProcess.prototype
ChildProcess.prototype.spawn = function (...words) {
  readByFirst ??= bytesRead()
  begun.push(performance.now())
  this.once('exit', () => ended.push(performance.now()))
  return spawn.apply(this, words)
}

process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS, minorPageFault } = process.resourceUsage()
  const figures = {
    children: begun.length,
    cpu: (userCPUTime + systemCPUTime) / 1000,
    memory: maxRSS / 1024,
    faults: minorPageFault,
    firstChild: begun[0],
    afterLastChild: ended.length === 0 ? undefined : performance.now() - ended.at(-1),
    read: bytesRead(),
    readByFirst,
  }
  writeFileSync(process.env.BENCH_PROBE, JSON.stringify(figures))
})
