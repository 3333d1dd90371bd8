import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package as a person gets it: packed by npm, and installed from that file into a prefix in which nothing else is. */
export interface PackedPackage {
  readonly prefix: string
  /** The folder with its commands. */
  readonly bin: string
  end(): void
}

const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** Packs and installs. The program must have been built. Without the registry it cannot be: a reason for a skip. Throws for everything else. */
export function installPacked(): PackedPackage | { readonly whyNot: string } {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'pk-'))
  const prefix = join(folder, 'prefix')
  const npm = (...words: readonly string[]): string =>
    execFileSync('npm', words, { cwd: checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 110_000 })
  try {
    const [packed = ''] = npm(
      'pack',
      '--loglevel=error',
      '--logs-max=0',
      '--ignore-scripts',
      '--pack-destination',
      folder,
    )
      .trim()
      .split('\n')
      .slice(-1)
    const quiet = [
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--no-update-notifier',
      '--logs-max=0',
      '--loglevel=error',
    ]
    npm('install', '--global', '--prefix', prefix, ...quiet, join(folder, packed))
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    const said = error instanceof Error ? error.message : String(error)
    if (!/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET/.test(said)) throw error
    return { whyNot: 'needs the npm registry, to install the packed package with what it depends on' }
  }
  return { prefix, bin: join(prefix, 'bin'), end: () => rmSync(folder, { recursive: true, force: true }) }
}
