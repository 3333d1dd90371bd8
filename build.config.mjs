// The one bundler step: TypeScript in ESM → a small entry and a few parts in CommonJS, each loaded when it is first asked for. What every run
// needs is one part, what is loaded while the first children run another; docs/performance.md says what that is worth.
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { build, transform } from 'esbuild'

const parts = 'dist/parts'
/** The kernel lock's binary, and the platforms for which there is one. */
const binary = 'fs-native-extensions.node'
const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']

/** The lock's own package looks for its binary through five packages and a dozen folders (11 ms); here it lies beside the parts. */
const binaryBesideUs = {
  name: 'the binary beside us',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^require-addon$/ }, ({ path }) => ({ path, namespace: 'beside-us' }))
    onLoad({ filter: /^/, namespace: 'beside-us' }, () => ({ contents: findBinary }))
  },
}
const findBinary = `
  const { join } = require('node:path')
  module.exports = () => {
    const addon = { exports: {} }
    process.dlopen(addon, join(__dirname, '../prebuilds', process.platform + '-' + process.arch, '${binary}'))
    return addon.exports
  }`

/** esbuild makes a part for each set of lazily loaded files that share something: forty of them. Where each of these files is told to need
 *  all of main.ts, and each command also what a check loads later, there is one part of each. */
const fewParts = {
  name: 'few parts',
  async setup({ onLoad }) {
    const lazy = await loadedLazily()
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      if (!lazy.has(path)) return undefined
      const also = path.includes('/src/commands/') ? ['main.ts', 'later.ts'] : ['main.ts']
      const lines = also.map((file) => `import ${JSON.stringify(join(import.meta.dirname, 'src', file))}\n`)
      return { contents: `${await readFile(path, 'utf8')}\n${lines.join('')}`, loader: 'ts' }
    })
  },
}

/** Found before anything is bundled: which file esbuild comes to first is different each time. */
async function loadedLazily() {
  const folder = join(import.meta.dirname, 'src')
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const found = files.map(async (name) => {
    const imports = (await readFile(join(folder, name), 'utf8')).matchAll(/await import\('([^']+)\.js'\)/g)
    return [...imports].map(([, path]) => join(folder, dirname(name), `${path}.ts`))
  })
  return new Set((await Promise.all(found)).flat())
}

/** write-file-atomic takes node's crypto and its worker threads (4 ms) to name a temporary file as nobody else does. */
const namesByChance = {
  name: 'names by chance',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:crypto|worker_threads)$/ }, ({ importer, path }) =>
      importer.includes('/write-file-atomic/') ? { path, namespace: 'by-chance' } : undefined,
    )
    onLoad({ filter: /crypto/, namespace: 'by-chance' }, () => ({ contents: hashOfChance, resolveDir: 'src/ports' }))
    onLoad({ filter: /worker/, namespace: 'by-chance' }, () => ({ contents: 'module.exports = { threadId: 0 }' }))
  },
}
const hashOfChance = `
  import { randomBytes } from './random.ts'
  const hash = { update: () => hash, digest: () => randomBytes(4) }
  export const createHash = () => hash`

/** yargs-parser makes a `require` of its own for configuration files that nobody has it read (3 ms). */
const noRequireOfTheirs = {
  name: 'no require of theirs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:module$/ }, ({ importer, path }) =>
      importer.includes('/yargs-parser/') ? { path, namespace: 'nothing' } : undefined,
    )
    onLoad({ filter: /^/, namespace: 'nothing' }, () => ({ contents: 'export const createRequire = undefined' }))
  },
}

/** write-file-atomic requires signal-exit, and we import it: two copies, which know nothing of each other, where they must be one. */
const oneSignalExit = {
  name: 'one signal-exit',
  setup({ onResolve }) {
    onResolve({ filter: /^signal-exit$/ }, ({ importer }) =>
      importer.includes('/execa/') ? undefined : { path: createRequire(import.meta.url).resolve('signal-exit') },
    )
  },
}

const common = { bundle: true, write: false, platform: 'node', outdir: 'dist', outExtension: { '.js': '.cjs' } }

/** The parts as ESM, which is what esbuild splits. */
const { outputFiles, metafile } = await build({
  ...common,
  entryPoints: ['src/main.ts'],
  outdir: parts,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
  target: 'node20',
  metafile: true,
  sourcemap: 'inline',
  // CommonJS has no import.meta.
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
  plugins: [binaryBesideUs, noRequireOfTheirs, oneSignalExit, namesByChance, fewParts],
  // Licences are kept in a file of their own.
  legalComments: 'none',
})

/** What a check leaves at once by, and what begins it, apart from all others: they need little of them. */
const alone = await build({
  ...common,
  entryPoints: { 'head-start': 'src/head-start.ts', 'not-due': 'src/leave-at-once.ts' },
  outdir: parts,
  entryNames: '[name]-[hash]',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  legalComments: 'none',
})
const written = [...outputFiles, ...alone.outputFiles]

/** As node does with a module that it loads, at the cost of a copy of its text. A single character that is not ASCII would double all of that. */
function wrapped(code) {
  const unusual = /[^\0-\x7f]/.exec(code)?.[0]
  if (unusual !== undefined) throw new Error(`a part has ${unusual} in it: write it as an escape`)
  // A copy of some three hundred getters, for modules of another kind than ours are.
  const exported = code.replace(/^module\.exports = __toCommonJS\((\w+)\);$/m, 'module.exports = $1;')
  return `(function (exports, require, module, __filename, __dirname) {${exported}})\n`
}

await mkdir(parts, { recursive: true })
for (const { path, text } of written) {
  const sourcefile = basename(path)
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    sourcefile,
    sourcemap: 'external',
    supported: { 'dynamic-import': false },
  })
  await writeFile(join(parts, sourcefile), `${wrapped(code)}//# sourceMappingURL=${sourcefile}.map\n`)
  await writeFile(join(parts, `${sourcefile}.map`), map)
}
for (const platform of platforms) {
  await mkdir(join('dist/prebuilds', platform), { recursive: true })
  const from = join('node_modules/fs-native-extensions/prebuilds', platform, binary)
  await copyFile(from, join('dist/prebuilds', platform, binary))
}
await writeFile('dist/THIRD-PARTY.txt', await licences(metafile))

/** The executable comes last, in one step: whoever runs the program meanwhile has the old parts or the new ones. */
const partWith = (file) => {
  const [path] = Object.entries(metafile.outputs).find(([, { inputs }]) => file in inputs)
  return JSON.stringify(`./${basename(path)}`)
}
const aloneAs = (name) => {
  const { path } = alone.outputFiles.find(({ path }) => basename(path).startsWith(name))
  return JSON.stringify(`./${basename(path)}`)
}
const [executable] = (
  await build({
    ...common,
    entryPoints: { 'gt-heartbeat': 'src/entry.ts' },
    format: 'cjs',
    // Whoever has too old a node gets a sentence, not a syntax error.
    target: 'node8',
    banner: { js: '#!/usr/bin/env node' },
    define: {
      MAIN_PART: partWith('src/main.ts'),
      NOT_DUE_PART: aloneAs('not-due'),
      HEAD_START_PART: aloneAs('head-start'),
    },
  })
).outputFiles
await writeFile('dist/gt-heartbeat.new', executable.contents)
await chmod('dist/gt-heartbeat.new', 0o755)
await rename('dist/gt-heartbeat.new', executable.path)
await sweep()

/** Parts of earlier builds go, once nobody can still be running them. */
async function sweep() {
  const current = new Set(written.map(({ path }) => basename(path)))
  const hour = 3_600_000
  for (const name of await readdir(parts)) {
    const path = join(parts, name)
    if (current.has(name.replace(/\.(map|v\d.*\.cache)$/, '')) || (await stat(path)).mtimeMs > Date.now() - hour)
      continue
    await rm(path, { force: true })
  }
}

/** Whose code is in the parts, with the licences under which it may be. Own lines, since the plugins for this were last kept in 2022. */
async function licences({ inputs }) {
  const folders = Object.keys(inputs).flatMap((path) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one))
    if (file === undefined) throw new Error(`${name} has no licence in its package`)
    return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`
  })
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}
