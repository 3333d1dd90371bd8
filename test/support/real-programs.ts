import { spawnSync } from 'node:child_process'
import { everyPlace } from './stand-ins.js'

/** Where this machine has what every real town is made with. */
export interface TownPrograms {
  readonly gt: string
  readonly bd: string
  readonly git: string
  readonly tmux: string
}

/** For a classic town; its databases are opened by python. */
export interface RealPrograms extends TownPrograms {
  readonly python: string
}

/** For a town of today; its agents are played by a shell. */
export interface CurrentPrograms extends TownPrograms {
  readonly dolt: string
  readonly bash: string
}

export interface Missing {
  readonly missing: string
}

const PATH = process.env['PATH'] ?? '/usr/bin:/bin'

/** How a program is recognised: by its name on PATH, and by what it prints when asked with these words. */
interface Wanted {
  readonly name: string
  readonly asked?: readonly string[]
  readonly says?: RegExp
  readonly called?: string
}

function answers(path: string, { asked, says }: Wanted): boolean {
  if (!asked) return true
  const { status, stdout } = spawnSync(path, asked, { encoding: 'utf8' })
  return status === 0 && (says?.test(stdout) ?? true)
}

/** Two eras may stand on one PATH: each takes the first program of its own. */
function find<Name extends string>(
  wanted: Readonly<Record<Name, Wanted>>,
  hint: string,
): Record<Name, string> | Missing {
  const found: Partial<Record<Name, string>> = {}
  for (const key in wanted) {
    const want = wanted[key]
    const place = everyPlace(want.name, `${PATH}:/usr/bin`).find((path) => answers(path, want))
    if (place === undefined) return { missing: `needs ${want.called ?? want.name} on PATH: ${hint}` }
    found[key] = place
  }
  return found as Record<Name, string>
}

const version = (name: string, says: RegExp, called: string): Wanted => ({ name, asked: ['--version'], says, called })
const everywhere = { git: { name: 'git' }, tmux: { name: 'tmux' } }

/** The real programs of the classic era on PATH, or in one line what is missing for a real town. */
export function realPrograms(): RealPrograms | Missing {
  const wanted = {
    gt: version('gt', /^gt version 0\.1\./, 'gt of the classic era'),
    bd: version('bd', /^bd version 0\.4\d\./, 'bd of the classic era'),
    ...everywhere,
    python: { name: 'python3', asked: ['-c', 'import sqlite3'], called: 'python3 with sqlite3' },
  }
  return find(wanted, 'gt 0.1.x and bd 0.4x built from their sources')
}

/** The real programs of today on PATH, or in one line what is missing for a real town. */
export function currentPrograms(): CurrentPrograms | Missing {
  const wanted = {
    gt: version('gt', /^gt version 1\./, 'gt of today'),
    bd: version('bd', /^bd version 1\.0\.[0-2]\b/, 'bd of today'),
    dolt: { name: 'dolt' },
    ...everywhere,
    bash: { name: 'bash' },
  }
  return find(wanted, 'gt 1.0.1, bd 1.0.2 and a dolt of their time, built from their sources')
}
