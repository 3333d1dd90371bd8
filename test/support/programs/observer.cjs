// Loaded by node before the program: notes what it opens, its memory and its descriptors, and writes that down at its end.
// Its clock runs ahead by as many milliseconds as $AHEAD says; that of its children and of its files does not.
const fs = require('node:fs')
const { O_RDWR, O_WRONLY, O_EXCL, O_NOFOLLOW } = fs.constants

if (process.argv[1]?.endsWith('gt-heartbeat.cjs')) {
  const notes = process.env.OBSERVED
  const ahead = Number(process.env.AHEAD ?? 0)
  const Real = Date
  globalThis.Date = class extends Real {
    constructor(...when) {
      super(...(when.length === 0 ? [Real.now() + ahead] : when))
    }
    static now() {
      return Real.now() + ahead
    }
  }
  const { openSync, writeFileSync, copyFileSync, appendFileSync, readdirSync } = fs
  const opened = []
  const note = (path, writes, followsLinks) => opened.push({ path: String(path), writes, followsLinks })
  const isSafe = (flags) => (typeof flags === 'number' ? (flags & (O_EXCL | O_NOFOLLOW)) !== 0 : flags.includes('x'))
  const writes = (flags) => (typeof flags === 'number' ? (flags & (O_RDWR | O_WRONLY)) !== 0 : !/^rs?$/.test(flags))
  fs.openSync = (path, flags = 'r', ...rest) => {
    note(path, writes(flags), !isSafe(flags))
    return openSync(path, flags, ...rest)
  }
  for (const [name, real] of Object.entries({ writeFileSync, appendFileSync })) {
    fs[name] = (path, ...rest) => {
      if (typeof path === 'string') note(path, true, !isSafe(rest[1]?.flag ?? 'w'))
      return real(path, ...rest)
    }
  }
  fs.copyFileSync = (from, to, mode = 0) => {
    note(to, true, (mode & fs.constants.COPYFILE_EXCL) === 0)
    return copyFileSync(from, to, mode)
  }
  process.once('exit', () => {
    const descriptors = readdirSync('/proc/self/fd').length
    writeFileSync(notes, JSON.stringify({ opened, peak: process.resourceUsage().maxRSS, descriptors }))
  })
}
