import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { installFromSource, linkedFolder } from './ports/install-source.js'
import { readTwice, readWhole } from './ports/same-memory.js'

/** A part that was loaded, and what V8 had made of it before. */
interface Part {
  readonly module: { exports: unknown }
  readonly script: Script
  /** Of what V8 had made of it before. */
  readonly isTaken: boolean
}

/** The parts of the program, in one folder: CommonJS, each a function as node wraps one, loaded when it is first required. */
export interface Parts {
  require(name: string): unknown
  /** Writes beside each part what V8 made of it in this run, where nothing is there yet: the next run takes it from there. */
  keepCompiled(): void
}

/** Opens the folder. As node's own `require`, but for what is compiled already: by a run of the same kind (a word for a file's name), since each
 *  leaves to the next what it used of the program itself. */
export function openParts(folder: string, kind = 'plain'): Parts {
  const parts = new Map<string, Part>()
  const cacheOf = (path: string): string => `${path}.${process.version}-${process.arch}-${kind}.cache`
  const requirePart = (name: string): unknown => {
    if (!name.startsWith('./')) return process.getBuiltinModule(name)
    const path = join(folder, name)
    return (parts.get(path) ?? load(path)).module.exports
  }
  const load = (path: string): Part => {
    const part = read(path, cacheOf(path))
    parts.set(path, part)
    try {
      part.script.runInThisContext().call(undefined, part.module.exports, requirePart, part.module, path, folder)
    } catch (error) {
      // What it needs may be missing: half of it is not to be had by whoever asks again.
      parts.delete(path)
      throw error
    }
    return part
  }
  return {
    require: requirePart,
    keepCompiled: () => {
      for (const [path, part] of parts) if (!part.isTaken) keep(cacheOf(path), part)
    },
  }
}

/** Throws NotWhole: somebody who updates the package may be half-way. */
function read(path: string, cache: string): Part {
  try {
    // The build sees to it that there is nothing but ASCII in it.
    const text = readWhole(path).toString('latin1')
    const compiled = compiledBefore(path, cache)
    const script = new Script(text, { filename: path, ...(compiled ? { cachedData: compiled } : {}) })
    // Another V8, or one with other flags, takes it for nothing.
    const isTaken = compiled !== undefined && !script.cachedDataRejected
    return { module: { exports: {} }, script, isTaken }
  } catch (error) {
    const why = `a part of the program cannot be loaded (${String(error).split('\n')[0]})`
    const clone = linkedFolder(join(dirname(path), '../..'))
    const fix = clone === undefined ? installFromSource : `cd ${clone} && npm ci && npm run build`
    throw Object.assign(new Error(`${why}; to repair it: ${fix}`), { name: 'NotWhole' })
  }
}

/** V8 looks at version, flags and lengths, and believes everything else: so it is kept twice, and taken where both are the same. */
function compiledBefore(path: string, cache: string): Buffer | undefined {
  try {
    return statSync(path).mtimeMs > statSync(cache).mtimeMs ? undefined : readTwice(cache)
  } catch {
    return undefined
  }
}

/** Whole or not at all; where the package is somebody else's there is none. */
function keep(cache: string, { script }: Part): void {
  const unfinished = `${cache}.${process.pid}`
  try {
    accessSync(dirname(cache), constants.W_OK)
    const data = script.createCachedData()
    writeFileSync(unfinished, Buffer.concat([data, data]))
    renameSync(unfinished, cache)
  } catch {
    rmSync(unfinished, { force: true })
  }
}
