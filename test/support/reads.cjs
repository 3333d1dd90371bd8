// Loaded into the program (node --require): which files it asks for, and when its first child begins. On exit it is written to $READS as one JSON
// list of [call, path], in order; a child is ['spawn', program, the modules of node's own that are loaded by then].
const { ChildProcess } = require('node:child_process')
const fs = require('node:fs')

const { writeFileSync } = fs
const seen = []
for (const call of [
  'accessSync',
  'existsSync',
  'lstatSync',
  'openSync',
  'readFileSync',
  'readdirSync',
  'realpathSync',
  'statSync',
]) {
  const real = fs[call]
  fs[call] = Object.assign((path, ...rest) => {
    if (typeof path === 'string') seen.push([call, path])
    return real(path, ...rest)
  }, real)
}

const { spawn } = ChildProcess.prototype
ChildProcess.prototype.spawn = function (options) {
  const native = process.moduleLoadList.filter((name) => name.startsWith('NativeModule '))
  seen.push(['spawn', options.file, native.map((name) => name.replace('NativeModule ', ''))])
  return spawn.call(this, options)
}

process.once('exit', () => writeFileSync(process.env.READS, JSON.stringify(seen)))
