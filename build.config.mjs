// The one bundler step: TypeScript in ESM → one CommonJS file whose lazily imported parts are run when first asked for.
import { chmod, rename } from 'node:fs/promises'
import { build } from 'esbuild'

const [unfinished, finished] = ['dist/gt-heartbeat.new', 'dist/gt-heartbeat.cjs']
await build({
  entryPoints: ['src/main.ts'],
  outfile: unfinished,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // The lock's native binding looks for its prebuilt file beside its own package.
  external: ['fs-native-extensions'],
  // yargs-parser reads import.meta.url, which a CommonJS file does not have.
  define: { 'import.meta.url': '__importMetaUrl' },
  banner: {
    js: "#!/usr/bin/env node\nconst __importMetaUrl = require('node:url').pathToFileURL(__filename).href",
  },
})
await chmod(unfinished, 0o755)
// Whoever runs the program meanwhile has the one or the other, whole.
await rename(unfinished, finished)
