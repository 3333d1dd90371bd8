import { findDialect } from '../find-dialect.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { error, type Patient, warning } from './patient.js'

/** Whether the town's files, the versions of gt and of bd, and the sessions agree on what kind of town it is: else nobody acts in it. */
export async function kind(patient: Patient): Promise<readonly Ailment[]> {
  const { decided, place } = patient
  if (place.settings.dialect !== undefined) return forced(patient)
  return decided.doubts.length === 0 ? [] : [doubtful(decided.doubts)]
}

const doubtful = (doubts: readonly string[]): Ailment =>
  error(
    'kind-in-doubt',
    `nobody can tell what kind of town this is: ${doubts.join('; ')}. Until they agree checks only look; "dialect" in the configuration decides it`,
    undefined,
  )

/** A person may force a kind; what everything else says is told all the same. */
async function forced({ decided, place, checks, machine }: Patient): Promise<readonly Ailment[]> {
  const { root, settings } = place
  const asked = { root, settings: { ...settings, dialect: undefined }, env: checks }
  const found = await findDialect(asked, machine.commands)
  if (found.doubts.length === 0 && found.kind.name === decided.kind.name) return []
  const because = `the town is taken for a ${decided.kind.name} one because it was told so, and not all agree: ${found.from.join('; ')}`
  return [warning('kind-forced', because, undefined)]
}
