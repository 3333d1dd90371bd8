import { isDeepStrictEqual } from 'node:util'
import { decide } from '../../../../src/decide.js'
import { describe } from '../../../../src/domain/describe.js'
import { ConfigError } from '../../../../src/errors.js'
import { reportSchema } from '../../../../src/report-schema.js'
import { forbiddenWords } from './arguments.js'
import { isNamed, unfounded } from './evidence.js'
import type { HostileStage } from './hostile-stage.js'
import type { HostileTown } from './hostile-town.js'
import { type PureCheck, pureCheck } from './pure-check.js'
import { steering, traceIn } from './terminal.js'

const codes = new Set([0, 1, 2, 3, 64, 69, 75, 78])

/** What is wrong with how a hostile town was read and decided on; `count` hears of the deeds. */
export async function wrongDecisions(
  town: HostileTown,
  stage: HostileStage,
  count: (deeds: number) => void = () => undefined,
): Promise<readonly string[]> {
  try {
    const checks = [await pureCheck(town, stage, 'heartbeat'), await pureCheck(town, stage, 'lifecycle')]
    return checks.flatMap((check) => {
      if (check instanceof ConfigError) return steering(check.message).map((what) => `raw in a complaint: ${what}`)
      count(check.heartbeat.outcomes.length)
      return wrongIn(check, stage)
    })
  } catch (error) {
    return [`thrown: ${error instanceof Error ? error.stack : 'no error'}`]
  }
}

function wrongIn(check: PureCheck, { root }: HostileStage): readonly string[] {
  const { heartbeat, snapshot, document, lines, calls } = check
  const deeds = heartbeat.outcomes.map(({ action }) => action)
  const again = snapshot === undefined ? undefined : decide(snapshot).actions
  const fits = reportSchema.safeParse(JSON.parse(JSON.stringify(document)))
  const text = lines.join('\n')
  return [
    ...(codes.has(heartbeat.exitCode) ? [] : [`the exit code ${heartbeat.exitCode}`]),
    ...(fits.success ? [] : [`the document: ${JSON.stringify(fits.error.issues).slice(0, 300)}`]),
    ...(snapshot === undefined && deeds.length > 0 ? ['deeds without a look'] : []),
    ...(again === undefined || isDeepStrictEqual(again, deeds) || !heartbeat.gate.open
      ? []
      : ['the same snapshot gives two plans']),
    ...deeds.flatMap((deed) => (snapshot ? unfounded(deed, snapshot).map((what) => `${describe(deed)}: ${what}`) : [])),
    ...(snapshot?.agents ?? []).flatMap(({ agent, address }) =>
      isNamed(agent) ? [] : [`nobody can be called ${JSON.stringify(address)}`],
    ),
    ...calls.flatMap((call) => forbiddenWords(call, root)),
    ...lines.filter((line) => line.includes('\n')).map((line) => `two lines in one: ${JSON.stringify(line)}`),
    ...steering(text).map((what) => `raw in the report: ${what}`),
    ...traceIn(text).map((what) => `a stack trace: ${what}`),
    ...(Object.hasOwn(Object.prototype, 'polluted') ? ['every object has a new member'] : []),
  ]
}
