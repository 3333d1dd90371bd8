import type { Call } from './dialect.js'

/** bd shows 50 rows unless told otherwise. */
const everyRow = ['--json', '--limit', '0']

/** bd with these words, in a folder. */
export const bd = (cwd: string, ...args: readonly string[]): Call => ({ program: 'bd', args, cwd })

/** gt with these words, in a folder. */
export const gt = (cwd: string, ...args: readonly string[]): Call => ({ program: 'gt', args, cwd })

/** Every issue of a folder's database that fits, as rows; changes nothing. */
export const list = (cwd: string, ...args: readonly string[]): Call =>
  bd(cwd, '--readonly', 'list', ...args, ...everyRow)
