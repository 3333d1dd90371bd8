/** What a process shows of where it belongs. */
export interface Surroundings {
  readonly pid: number
  /** Its working directory; undefined where nothing tells it. */
  readonly folder: string | undefined
  readonly commandLine: string
  readonly environment: string
}

/** What belongs to a town. */
export interface Belongings {
  /** Its folder, or the one folder in it that counts, without links. */
  readonly folder: string
  /** Names of its sessions. */
  readonly names?: ReadonlySet<string>
}

/** What the processes of a tmux server show of a town: one line for a person, or undefined where none of them has to do with it.
 *  `isOfATown`: whether a folder lies in any town. */
export function signOf(
  found: readonly Surroundings[],
  { folder, names = new Set() }: Belongings,
  isOfATown: (folder: string) => boolean,
): string | undefined {
  const resident = found.find((one) => one.folder !== undefined && isIn(one.folder, folder))
  if (resident) return `process ${resident.pid} below it works in ${resident.folder}`
  const naming = found.find(({ commandLine, environment }) =>
    [commandLine, environment].some((text) => mentions(text, folder)),
  )
  if (naming) return `the environment or the command line of process ${naming.pid} below it names ${folder}`
  // Agents of other towns have the same names.
  if (found.some((one) => one.folder !== undefined && isOfATown(one.folder))) return undefined
  for (const name of names) {
    const one = found.find(({ commandLine }) => mentions(commandLine, name))
    if (one) return `the command line of process ${one.pid} below it names the session ${name}`
  }
  return undefined
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

const partOfName = /[\w.-]/

/** Whether a name or a path stands in a text, and not as a part of a longer name. */
function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + name.length] ?? ' ']
    if (!partOfName.test(before) && !partOfName.test(after)) return true
  }
  return false
}
