import { closeSync, openSync } from 'node:fs'

/** Three pipes with two ends each, and what node opens for itself meanwhile. */
const childNeeds = 10

/** Throws the system's own word for it when too few file descriptors are left to start a child: node tells of that by an error event that
 *  nobody can hear yet, which would end the check. */
export function demandDescriptors(): void {
  const files: number[] = []
  try {
    while (files.length < childNeeds) files.push(openSync('/dev/null', 'r'))
  } finally {
    for (const file of files) closeSync(file)
  }
}
