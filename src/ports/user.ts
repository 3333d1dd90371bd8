import { statSync } from 'node:fs'
import { userInfo } from 'node:os'

/** The user as whom this process runs. `name` and `home` are those of the user database, where it knows the user. */
export interface User {
  readonly uid: number
  readonly name: string | undefined
  readonly home: string | undefined
}

export function thisUser(): User {
  const uid = process.getuid?.() ?? -1
  try {
    const { username, homedir } = userInfo()
    return { uid, name: username, home: homedir }
  } catch {
    return { uid, name: undefined, home: undefined }
  }
}

/** The id of the user to whom a file or folder belongs; undefined when it cannot be told. */
export function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid
  } catch {
    return undefined
  }
}
