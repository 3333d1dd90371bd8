import { bytesOf } from './hostile-town.js'

/** Stands for what separates fields in an answer, which is new in each call. */
export const SEPARATOR = '\u0001'

/** Panes as `HostileTown` keeps them, rows of fields, as tmux prints them; whatever else is there is printed as it is. */
export function panesText(text: string, place: { readonly root: string; readonly now: number }): string {
  const said = bytesOf(text, place).toString('utf8')
  const rows = rowsIn(said)
  return rows === undefined ? said : rows.map((fields) => recordOf(fields.map(fieldOf))).join('')
}

const recordOf = (fields: readonly string[]): string => `${SEPARATOR}[${fields.join(`${SEPARATOR},`)}${SEPARATOR}]\n`

const fieldOf = (field: unknown): string => (typeof field === 'object' && field !== null ? '[]' : String(field))

function rowsIn(text: string): readonly (readonly unknown[])[] | undefined {
  try {
    const rows: unknown = JSON.parse(text)
    return Array.isArray(rows) && rows.every((row) => Array.isArray(row)) ? rows : undefined
  } catch {
    return undefined
  }
}

/** A process that nobody has: no system counts so far. */
const nobody = 4_194_400

/** The fields of a pane in tmux's order. */
export const paneOf = (
  session: string,
  over: { readonly path?: string; readonly idle?: number; readonly dead?: boolean } = {},
) => [
  '77',
  `$${session.length}${session.codePointAt(session.length - 1)}`,
  session,
  '@s:7200@',
  over.path ?? '@town@',
  '0',
  `@${session.length}`,
  '0',
  `@s:${over.idle ?? 30}@`,
  `%${session.length}`,
  `${nobody + session.length}`,
  '0',
  '0',
  over.dead ? '1' : '0',
  over.dead ? '1' : '',
  over.dead ? '@s:3600@' : '',
  over.dead ? '' : 'claude',
  '',
  '',
  '',
]
