import type { Finding } from '../domain/snapshot.js'

/** A name that can reach neither a program nor a path: whoever bears it is left out, and that is said. */
export function skippedName(complaint: string | undefined, where: string): readonly Finding[] {
  if (complaint === undefined) return []
  return [
    {
      rule: 'looking',
      agent: undefined,
      verdict: 'skipped-name',
      because: `${where}: ${complaint}; it is skipped`,
      evidence: { where },
      wantsPerson: true,
    },
  ]
}
