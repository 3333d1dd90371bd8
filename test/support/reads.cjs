// Loaded into the program (node --require): which files it asks for, and when its first child begins. On exit it is written to $READS as one JSON
// list of [call, path], in order; a child is ['spawn', program, the modules of node's own that are loaded by then], and so are V8's flags where they
// are set, and the end.
const { ChildProcess } = require('node:child_process')
const fs = require('node:fs')
const v8 = require('node:v8')

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

const loaded = () => {
  const native = process.moduleLoadList.filter((name) => name.startsWith('NativeModule '))
  return native.map((name) => name.replace('NativeModule ', ''))
}

const { spawn } = ChildProcess.prototype
ChildProcess.prototype.spawn = function (options) {
  seen.push(['spawn', options.file, loaded()])
  return spawn.call(this, options)
}

const { setFlagsFromString } = v8
v8.setFlagsFromString = (flags) => {
  seen.push(['flags', flags, loaded()])
  setFlagsFromString(flags)
}

process.once('exit', () => {
  seen.push(['exit', '', loaded()])
  writeFileSync(process.env.READS, JSON.stringify(seen))
})
