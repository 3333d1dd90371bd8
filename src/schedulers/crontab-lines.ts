import { isAbsolute, join } from 'node:path'
import { assignmentsIn } from './assignments.js'
import { fromBytes } from './crontab-block.js'

/** A line that a person wrote into the crontab to have checks made. */
export interface CheckLine {
  /** `line 3`. */
  readonly slug: string
  readonly text: string
  readonly town: string
  /** Variables that the crontab sets above it. */
  readonly environment: Readonly<Record<string, string>>
}

const runsChecks =
  /(?:^|[\s/;&|("'])gt-heartbeat(?:\.cjs)?["']?\s(?:.*\s)?--(?:once|lifecycle)\b|(?:^|[\s/;&|("'])gt-rearm["']?\s+run\b/
const times = /^\s*(?:@\w+|(?:\S+\s+){4}\S+)\s+/
const assignment = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/

/** Lines of a crontab that run gt-heartbeat itself, not a script of ours; the text is one character a byte. */
export function checkLines(crontab: string, home: string): readonly CheckLine[] {
  const lines = fromBytes(crontab).split('\n')
  const environment: Record<string, string> = {}
  return lines.flatMap((line, at) => {
    const [, name, value = ''] = assignment.exec(line) ?? []
    if (name !== undefined) {
      Object.assign(environment, assignmentsIn(`${name}=${value}`))
      return []
    }
    const command = line.replace(times, '')
    if (/^\s*#/.test(line) || command === line || !runsChecks.test(command)) return []
    const set = { ...environment }
    return [{ slug: `line ${at + 1}`, text: line.trim(), town: townIn(command, set, home), environment: set }]
  })
}

/** The town of a command: its option, else a variable, else the folder that it goes to, else `~/gt`. */
function townIn(command: string, { GT_TOWN_ROOT: above }: Readonly<Record<string, string>>, home: string): string {
  const word = `("[^"]*"|'[^']*'|[^\\s;&|]+)`
  const named = [new RegExp(`--town[= ]${word}`), new RegExp(`\\bGT_TOWN_ROOT=${word}`)]
  const found = named.map((pattern) => pattern.exec(command)?.[1]).find((text) => text !== undefined)
  const folder = new RegExp(`^\\s*cd ${word}`).exec(command)?.[1]
  return inFull(found ?? above ?? folder ?? 'gt', home)
}

function inFull(text: string, home: string): string {
  const plain = text.replace(/^(["'])(.*)\1$/, '$2').replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, () => home)
  return isAbsolute(plain) ? plain : join(home, plain)
}
