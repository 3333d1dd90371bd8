// The one bundler step: TypeScript in ESM → one CommonJS file whose lazily imported parts are run when first asked for.
import { chmod, rm } from 'node:fs/promises'
import { build } from 'esbuild'

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/gt-heartbeat.cjs',
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
await chmod('dist/gt-heartbeat.cjs', 0o755)
