import { join } from 'node:path'
import { exists } from '../ports/files.js'
import type { Ailment } from '../schedulers/scheduler.js'
import type { AgentsShell } from './agents-shell.js'
import { type Patient, warning } from './patient.js'

/** How an agent's program shows who pays. */
interface Logins {
  /** Variables; one of them is enough. */
  readonly keys: readonly string[]
  /** Files below the home that a login leaves. */
  readonly files: readonly string[]
  /** What to type for one. */
  readonly login: string
}

const known: Readonly<Record<string, Logins>> = {
  claude: {
    keys: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
    ],
    files: ['.claude/.credentials.json'],
    login: 'claude /login',
  },
  codex: { keys: ['OPENAI_API_KEY', 'CODEX_API_KEY'], files: ['.codex/auth.json'], login: 'codex login' },
  gemini: { keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], files: ['.gemini/oauth_creds.json'], login: 'gemini' },
}

/** What is known of an agent's program, by its name; undefined: nothing. */
export const loginsOf = (program: string): Logins | undefined => known[program]

/** Whether an agent finds a key or a login. A Mac keeps logins where only the program itself can look. */
export function logins(
  program: string,
  at: { readonly patient: Patient; readonly shell: AgentsShell },
): readonly Ailment[] {
  const { patient, shell } = at
  const means = loginsOf(program)
  if (means === undefined || means.keys.some((name) => shell.keys.includes(name))) return []
  if (filesOf(program, means, shell).some(exists)) return []
  const here = means.keys.find((name) => patient.machine.env[name])
  if (here === undefined) return patient.machine.platform === 'darwin' ? [] : [nothing(program, means)]
  const because = `$${here} is set in this terminal and not where ${program} will look for it: an agent would wait at its login`
  return [warning('api-key-missing', because, `export ${here} in the login shell's profile, or: ${means.login}`)]
}

function filesOf(program: string, { files }: Logins, { home, claude }: AgentsShell): readonly string[] {
  const moved = program === 'claude' && claude !== '' ? [join(claude, '.credentials.json')] : []
  return [...moved, ...files.map((file) => join(home, file))]
}

const nothing = (program: string, { keys, login }: Logins): Ailment =>
  warning(
    'api-key-missing',
    `${program} finds neither a key ($${keys[0]}) nor a login: an agent would wait there for ever`,
    login,
  )
