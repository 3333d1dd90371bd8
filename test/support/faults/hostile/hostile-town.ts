import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { put } from '../../town-folder.js'

/** A town as it is laid on disk, and what its neighbours say. Plain JSON: a case that was found is kept as it is. In all texts
 *  `@ago:60@` stands for an RFC 3339 time a minute ago, `@s:60@` and `"@ms:60@"` for the same in epoch seconds and milliseconds, `@town@` for the
 *  town's root and `@byte:ff@` for a byte that is no UTF-8. */
export interface HostileTown {
  readonly kind: 'classic' | 'current'
  /** Paths below the town, each with its text; null: there is no such file. */
  readonly files: Readonly<Record<string, string | null>>
  /** Further folders below the town. */
  readonly folders: readonly string[]
  /** What bd, gt and tmux print, by question. */
  readonly answers: Readonly<Record<string, string>>
  /** Questions that fail, with what is said on stderr. */
  readonly refusals: Readonly<Record<string, string>>
  /** Variables on top of the stage's own. */
  readonly env: Readonly<Record<string, string>>
}

const second = 1000

/** A text with its stand-ins resolved, as bytes. */
export function bytesOf(text: string, { root, now }: { readonly root: string; readonly now: number }): Buffer {
  const said = text
    .replaceAll('@town@', () => root)
    .replace(/"@ms:(-?\d+)@"/g, (_, ago: string) => String(now - Number(ago) * second))
    .replace(/@s:(-?\d+)@/g, (_, ago: string) => String(Math.floor(now / second) - Number(ago)))
    .replace(/@ago:(-?\d+)@/g, (_, ago: string) => new Date(now - Number(ago) * second).toISOString())
  const [first = '', ...rest] = said.split(/@byte:(?=[0-9a-f]{2}@)/)
  const pieces = rest.flatMap((piece) => [Buffer.from(piece.slice(0, 2), 'hex'), Buffer.from(piece.slice(3))])
  return Buffer.concat([Buffer.from(first), ...pieces])
}

/** Lays the files and folders of a town. */
export function lay({ files, folders }: Pick<HostileTown, 'files' | 'folders'>, root: string, now: number): void {
  for (const [path, text] of Object.entries(files)) {
    if (text !== null) put(join(root, path), bytesOf(text, { root, now }))
  }
  for (const folder of folders) put(join(root, folder, '.keep'), '')
}

/** Writes what the neighbours say into a folder: a file for each question, `<question>.fails` beside it where it fails. */
export function layAnswers({ answers, refusals }: HostileTown, folder: string, root: string, now: number): void {
  for (const [question, text] of Object.entries(answers)) {
    if (question !== 'panes') writeFileSync(join(folder, question), bytesOf(text, { root, now }))
  }
  for (const [question, text] of Object.entries(refusals)) writeFileSync(join(folder, `${question}.fails`), text)
}
