import { commandOf } from '../dialects/dialect.js'
import { cannotTell, type Known } from '../domain/known.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { shown } from '../schedulers/steps.js'
import { error, type Patient, warning } from './patient.js'

/** Whether the server of the town's issues answers a check, where there is one, and whether its files agree on where it is. */
export async function issues(patient: Patient): Promise<readonly Ailment[]> {
  const { place, dialect, rigs, checks } = patient
  const server = dialect.issueServer?.(place.root, rigs, checks)
  if (server === undefined) return []
  const mail = await readMail(patient)
  const inTown = (words: string): string => `cd ${shown(place.root)} && ${words}`
  const silent = mail === undefined || mail.known ? [] : [notHeard(server.name, mail.why, inTown(server.start))]
  // While it is not heard nobody knows which of them is right.
  const mends = silent.length === 0
  const remarks = server.remarks.map(({ because, mend }) =>
    warning('server-elsewhere', because, mend && mends ? inTown(mend) : undefined),
  )
  return [...silent, ...remarks]
}

const notHeard = (server: string, why: string, start: string): Ailment =>
  error(
    'issues-silent',
    `${server} is not heard: nobody is started and no request carried out while that is so. ${why}`,
    start,
  )

/** The question that every check asks; undefined: bd is not there to ask, which is told elsewhere. */
async function readMail({ place, dialect, checks, machine }: Patient): Promise<Known<unknown> | undefined> {
  const { root, settings } = place
  const command = commandOf(dialect, dialect.listMail(root), { root, env: checks })
  const said = await machine.commands.run({ ...command, deadline: settings.deadline })
  if (said.ok) return dialect.readMail(said.stdout)
  return said.kind === 'missing' ? undefined : cannotTell(said.failure)
}
