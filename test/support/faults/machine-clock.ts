import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeTown } from '../fake-town.js'
import type { Environment } from '../town-folder.js'

/** A clock of its own for the checks of a town. */
export interface OwnClock {
  /** What checks that go by it are run with. */
  readonly env: Environment
  /** It is so many milliseconds ahead of the real one from now on. */
  ahead(ms: number): void
  /** A shell line that does the same. */
  line(ms: number): string
}

export const day = 24 * 60 * 60_000

const shim = (file: string): string => `
const { readFileSync } = require('node:fs')
const Real = Date
const now = () => Real.now() + Number(readFileSync(${JSON.stringify(file)}, 'utf8'))
globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given))
  }
  static now = now
}
`

/** A clock that can be set while a check is at work; timers go on as they were, as they do when somebody sets the clock of a machine. */
export function ownClock(town: FakeTown): OwnClock {
  const file = join(town.stage, 'ahead')
  const program = join(town.stage, 'clock.cjs')
  writeFileSync(file, '0')
  writeFileSync(program, shim(file))
  return {
    env: { ...town.env, NODE_OPTIONS: `--require ${program}` },
    ahead: (ms) => writeFileSync(file, String(ms)),
    line: (ms) => `echo ${ms} >'${file}.new'; mv -f '${file}.new' '${file}'`,
  }
}
