import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'

/** A part that was loaded, and what V8 had made of it before. */
interface Part {
  readonly module: { exports: unknown }
  readonly script: Script
  readonly code: Buffer
  readonly compiled: Buffer | undefined
}

/** The parts of the program, in one folder: CommonJS, each loaded when it is first required. */
export interface Parts {
  require(name: string): unknown
  /** Writes beside each part what V8 made of it in this run, where nothing is there yet: the next run takes it from there. */
  keepCompiled(): void
}

/** V8 takes what another version of it made for nothing, and believes everything else: it is only read when both checksums fit. */
const header = 8

/** Opens the folder. As node's own `require`, but for what is compiled already. */
export function openParts(folder: string): Parts {
  const parts = new Map<string, Part>()
  const requirePart = (name: string): unknown => {
    if (!name.startsWith('./')) return process.getBuiltinModule(name)
    const path = join(folder, name)
    return (parts.get(path) ?? load(path)).module.exports
  }
  const load = (path: string): Part => {
    const part = read(path)
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
      for (const [path, part] of parts) if (!part.compiled) keep(path, part)
    },
  }
}

/** Throws NotWhole: somebody who updates the package may be half-way. */
function read(path: string): Part {
  try {
    const code = readFileSync(path)
    const compiled = compiledBefore(path, code)
    const text = `(function (exports, require, module, __filename, __dirname) {${code}\n})`
    const script = new Script(text, { filename: path, ...(compiled ? { cachedData: compiled } : {}) })
    return { module: { exports: {} }, script, code, compiled }
  } catch (error) {
    const why = `a part of the program cannot be loaded (${String(error).split('\n')[0]})`
    throw Object.assign(new Error(`${why}: npm install --global gt-heartbeat puts it in place again`), {
      name: 'NotWhole',
    })
  }
}

/** node's zlib is only loaded where something was kept: it takes as long as all that leaves at once. */
const crc32 = (bytes: Buffer): number => process.getBuiltinModule('node:zlib').crc32(bytes)

const cacheOf = (path: string): string => `${path}.${process.version}-${process.arch}.cache`

function compiledBefore(path: string, code: Buffer): Buffer | undefined {
  try {
    const cache = readFileSync(cacheOf(path))
    const data = cache.subarray(header)
    return cache.readUInt32LE(0) === crc32(code) && cache.readUInt32LE(4) === crc32(data) ? data : undefined
  } catch {
    return undefined
  }
}

/** Whole or not at all; where the package is somebody else's there is none. */
function keep(path: string, { script, code }: Part): void {
  const unfinished = `${cacheOf(path)}.${process.pid}`
  try {
    const data = script.createCachedData()
    const sums = Buffer.alloc(header)
    sums.writeUInt32LE(crc32(code), 0)
    sums.writeUInt32LE(crc32(data), 4)
    writeFileSync(unfinished, Buffer.concat([sums, data]))
    renameSync(unfinished, cacheOf(path))
  } catch {
    rmSync(unfinished, { force: true })
  }
}
