import type { TmuxClient } from '../domain/attached-clients.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { CommandResult } from './command.js'
import { randomBytes } from './random.js'
import { again, isNobodyThere } from './tmux-says.js'
import { literal, target, unexpanded, untimed } from './tmux-words.js'

type Run = (args: readonly string[]) => Promise<CommandResult>

const fields = [
  'client_name',
  'client_created',
  'client_activity',
  'session_id',
  'session_last_attached',
  'window_id',
] as const

/** The `-F` format whose answer `clientsOf` reads. `nonce` is new for each call, so that no name can pass for a separator. */
export const clientsFormat = (nonce: string): string =>
  `${nonce}[${fields.map((field) => `#{${field}}`).join(`${nonce},`)}${nonce}]`

/** The clients in an answer to `clientsFormat(nonce)`; no answer: none. */
export function clientsOf(answer: string, nonce: string): Known<readonly TmuxClient[]> {
  const [before, ...records] = answer.split(`${nonce}[`)
  const clients = records.map((record) => clientOf(record, nonce)).filter((client) => client !== undefined)
  if (before !== '' || clients.length < records.length)
    return cannotTell(
      `tmux list-clients answered what is not a list of clients: ${JSON.stringify(answer.slice(0, 120))}`,
    )
  return known(clients)
}

function clientOf(record: string, nonce: string): TmuxClient | undefined {
  if (!record.endsWith(`${nonce}]\n`)) return undefined
  const values = record.slice(0, -nonce.length - 2).split(`${nonce},`)
  const [name = '', created = '', activity = '', sessionId = '', attached = '', windowId = ''] = values
  if (values.length !== fields.length || name === '') return undefined
  const [createdAt, activityAt] = [seconds(created), seconds(activity)]
  if (createdAt === undefined || activityAt === undefined) return undefined
  return { name, createdAt, activityAt, sessionId, sessionAttachedAt: seconds(attached) ?? createdAt, windowId }
}

const seconds = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) * 1000 : undefined)

/** Every client of the server. */
export async function askClients(run: Run): Promise<Known<readonly TmuxClient[]>> {
  const nonce = randomBytes(9).toString('base64url')
  const result = await again(() => run(['list-clients', '-F', clientsFormat(nonce)]))
  if (result.ok) return clientsOf(result.stdout, nonce)
  return isNobodyThere(result) ? known([]) : cannotTell(result.failure)
}

/** A line of text for a client of a session. */
interface Shown {
  readonly client: string
  readonly session: string
  readonly text: string
}

/** So long a line is shown, milliseconds. */
const shownFor = '5000'

/** Shows a line of text to a client. tmux 3.2 takes no client here: it chooses one of the session's. */
export async function showText(run: Run, { client, session, text }: Shown): Promise<CommandResult> {
  const line = literal(untimed(unexpanded(text)))
  const shown = await run(['display-message', '-d', shownFor, '-c', literal(client), line])
  return shown.ok ? shown : run(['display-message', '-d', shownFor, '-t', target(session), line])
}
