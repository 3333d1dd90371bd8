import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { waitFor } from './wait-for.js'

/** The package as a person gets it: packed by npm, and installed from that file into a prefix in which nothing else is. */
export interface PackedPackage {
  readonly prefix: string
  /** The folder with its commands. */
  readonly bin: string
}

const PLACE = 'PACKED_PACKAGE'
const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** Called by vitest before the first and after the last test. */
export function setup(): () => void {
  const place = mkdtempSync(join(realpathSync(tmpdir()), 'pk-'))
  process.env[PLACE] = place
  return () => rmSync(place, { recursive: true, force: true })
}

/** The package, packed and installed by the first test of the run that asks for it. The program must have been built. Without npm's
 *  registry it cannot be, and the test is skipped. */
export async function packedFor(test: TestContext): Promise<PackedPackage> {
  const place = process.env[PLACE]
  if (place === undefined) throw new Error('there is no place to install the package in: vitest has not called setup')
  const [prefix, said] = [join(place, 'prefix'), join(place, 'said')]
  if (isFirst(place)) {
    writeFileSync(`${said}.new`, install(place, prefix))
    renameSync(`${said}.new`, said)
  }
  await waitFor('the package is installed', () => existsSync(said), 110_000)
  const whyNot = readFileSync(said, 'utf8')
  if (whyNot === '') return { prefix, bin: join(prefix, 'bin') }
  if (!/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET/.test(whyNot)) throw new Error(whyNot)
  return test.skip('needs the npm registry, to install the packed package with what it depends on')
}

function isFirst(place: string): boolean {
  try {
    mkdirSync(join(place, 'begun'))
    return true
  } catch {
    return false
  }
}

const npm = (...words: readonly string[]): string =>
  execFileSync('npm', words, { cwd: checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 100_000 })

const quiet = [
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--no-update-notifier',
  '--logs-max=0',
  '--loglevel=error',
]

/** What npm had against it; nothing when all is well. */
function install(place: string, prefix: string): string {
  try {
    const packed = npm('pack', '--loglevel=error', '--logs-max=0', '--ignore-scripts', '--pack-destination', place)
    const file = packed.trim().split('\n').at(-1) ?? ''
    npm('install', '--global', '--prefix', prefix, ...quiet, join(place, file))
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
