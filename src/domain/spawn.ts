import { rigNameComplaint, workerNameComplaint } from './agent.js'
import { quote } from './quote.js'
import type { Mail, PendingSpawn } from './snapshot.js'

const ANNOUNCEMENT = 'POLECAT_STARTED '

/** Whether a mail of that subject announces a polecat. */
export const isAnnouncement = (subject: string): boolean => subject.startsWith(ANNOUNCEMENT)

/** A polecat that a mail announces, or one line that says why the mail names none. */
export type Announcement = { readonly spawn: PendingSpawn } | { readonly complaint: string }

/** Reads a mail `POLECAT_STARTED <rig>/<polecat>` (case-sensitive) with its lines `Session: …` and `Issue: …`, the last of
 *  each; undefined when it is another mail. A mail without a time is taken to be as old as the look, `now`. */
export function readAnnouncement(mail: Mail, now: number): Announcement | undefined {
  if (!isAnnouncement(mail.subject)) return undefined
  const named = mail.subject.slice(ANNOUNCEMENT.length)
  const [rig = '', ...rest] = named.split('/')
  const polecat = rest.join('/')
  if (rigNameComplaint(rig) ?? workerNameComplaint(polecat))
    return { complaint: `${quote(named)} names no <rig>/<polecat>` }
  const lines = mail.body.split('\n').map((line) => line.trim())
  const last = (key: string) => lines.findLast((line) => line.startsWith(key))?.slice(key.length) ?? ''
  const { id: mailId, createdAt: spawnedAt = now } = mail
  return { spawn: { rig, polecat, session: last('Session: '), issue: last('Issue: '), spawnedAt, mailId } }
}

/** Why nothing may be typed for a spawn: the session it names is not the one of that polecat, `sessionName` (undefined: there
 *  is no such polecat). Undefined when it is. */
export function spawnSessionComplaint({ session }: PendingSpawn, sessionName: string | undefined): string | undefined {
  if (sessionName === undefined) return 'there is no such polecat in this town'
  if (session === '') return 'it names no session'
  return session === sessionName
    ? undefined
    : `it names the session ${quote(session)}, and the polecat's is ${sessionName}`
}

/** Whether a spawn has waited longer than `grace` milliseconds; exactly as long is not longer. */
export const isOverdue = (spawn: PendingSpawn, now: number, grace: number): boolean => now - spawn.spawnedAt > grace
