import { spawnSync } from 'node:child_process'
import { located } from './stand-ins.js'

/** Where this machine has what a real town is made with. */
export interface RealPrograms {
  readonly gt: string
  readonly bd: string
  readonly git: string
  readonly tmux: string
  readonly python: string
}

const PATH = process.env['PATH'] ?? '/usr/bin:/bin'

/** The versions of the classic era: what a later gt or bd makes is another kind of town. */
const ERA = { gt: /^gt version 0\.1\./, bd: /^bd version 0\.4\d\./ }

function wrongVersion(program: string, path: string, version: RegExp): string | undefined {
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? ''
  return version.test(said) ? undefined : `${program} of the classic era, not ${JSON.stringify(said.trim())}`
}

function unusable(programs: RealPrograms): string | undefined {
  const stores = spawnSync(programs.python, ['-c', 'import sqlite3'])
  if (stores.status !== 0) return 'python3 with sqlite3'
  return wrongVersion('gt', programs.gt, ERA.gt) ?? wrongVersion('bd', programs.bd, ERA.bd)
}

function found(names: readonly string[]): Readonly<Record<string, string>> | string {
  const places: Record<string, string> = {}
  for (const name of names) {
    const place = located(name, name === 'python3' ? `/usr/bin:${PATH}` : PATH)
    if (place === undefined) return name
    places[name] = place
  }
  return places
}

/** The real programs of the classic era on PATH, or in one line what is missing for a real town. */
export function realPrograms(): RealPrograms | { readonly missing: string } {
  const places = found(['gt', 'bd', 'git', 'tmux', 'python3'])
  const want = (what: string) => ({ missing: `needs ${what} on PATH: gt 0.1.x and bd 0.4x built from their sources` })
  if (typeof places === 'string') return want(places)
  const { gt = '', bd = '', git = '', tmux = '', python3: python = '' } = places
  const programs = { gt, bd, git, tmux, python }
  const lack = unusable(programs)
  return lack === undefined ? programs : want(lack)
}
