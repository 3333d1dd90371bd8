import { type NeededProgram, neededPrograms } from '../domain/needed-programs.js'
import type { BlindSpot, Finding } from '../domain/snapshot.js'
import { startShell } from '../ports/login-shell.js'
import { wantsOwnUnit } from '../ports/own-unit.js'
import { absenceOf } from '../ports/program-path.js'
import type { Town } from '../town.js'

interface Missing {
  readonly blindSpots: readonly BlindSpot[]
  readonly findings: readonly Finding[]
}

/** Programs that this check needs and that PATH does not have. Nothing is run; `reported`: blind spots that name one already. */
export function missingPrograms(town: Town, reported: readonly BlindSpot[]): Missing {
  const missing = needed(town).flatMap((one) => {
    const absence = absenceOf(one.program, town.env)
    return absence === undefined ? [] : [{ ...one, because: `${absence}: ${one.effect}` }]
  })
  const isReported = (name: string) => reported.some(({ missingProgram }) => missingProgram === name)
  const required = missing.filter(({ isRequired, program }) => isRequired && !isReported(program))
  return {
    blindSpots: required.map(({ program, because }) => ({
      what: `a program that checks need (${program})`,
      why: `${because}; install it, or add its folder to the PATH of checks`,
      missingProgram: program,
    })),
    findings: missing.filter(({ isRequired }) => !isRequired).map(findingOf),
  }
}

function needed({ dialect, settings, env, trigger }: Town): readonly NeededProgram[] {
  return neededPrograms({
    startsByGt: dialect.starts !== undefined,
    updatesWorktrees: settings.worktree,
    shell: startShell(settings, env),
    wantsOwnUnit: wantsOwnUnit({ env, byCron: trigger === 'cron' }),
  })
}

const findingOf = ({ program, because }: { readonly program: string; readonly because: string }): Finding => ({
  rule: 'programs',
  agent: undefined,
  verdict: 'missing',
  because,
  evidence: { name: program },
  wantsPerson: true,
})
