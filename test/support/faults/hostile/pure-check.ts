import { sampleActivity } from '../../../../src/dialects/activity-files.js'
import type { Snapshot } from '../../../../src/domain/snapshot.js'
import { ConfigError } from '../../../../src/errors.js'
import { findTown } from '../../../../src/find-town.js'
import { beginLook, lookAndAct } from '../../../../src/heartbeat.js'
import { withLedger } from '../../../../src/open-ledger.js'
import { kindOf, openTown } from '../../../../src/open-town.js'
import type { Command, CommandResult, Commands } from '../../../../src/ports/command.js'
import type { Heartbeat } from '../../../../src/remember/account.js'
import { remember } from '../../../../src/remember.js'
import { documentOf, type Told } from '../../../../src/report/document.js'
import { reportLines } from '../../../../src/report.js'
import type { Heard, HostileStage } from './hostile-stage.js'
import { bytesOf, type HostileTown } from './hostile-town.js'
import { panesText, SEPARATOR } from './panes.js'
import { questionOf } from './questions.js'

/** A dry run without a single process: what was seen, what is planned, what is told, what was asked. */
export interface PureCheck {
  readonly told: Told
  readonly heartbeat: Heartbeat
  readonly snapshot: Snapshot | undefined
  readonly document: unknown
  readonly lines: readonly string[]
  readonly calls: readonly Heard[]
}

/** Everything from the readers to the report over the files of a stage, the programs' answers given from memory. A complaint about the
 *  town's own files is as good as a check. */
export async function pureCheck(
  town: HostileTown,
  stage: HostileStage,
  mode: 'heartbeat' | 'lifecycle',
): Promise<PureCheck | ConfigError> {
  const { root, env } = stage
  const calls: Heard[] = []
  const commands = answering(town, stage, calls)
  try {
    const place = findTown({ town: root, env, cwd: root })
    const run = { id: 'run', version: '0', startedAt: stage.now, mode, dryRun: true, trigger: 'manual' } as const
    const activity = sampleActivity(root, env, stage.now)
    const decided = await kindOf(place, env, commands)
    const opened = withLedger(openTown(place, { run, env, commands, activity, decided }))
    const heartbeat = await remember(opened, await lookAndAct(opened, await beginLook(opened)))
    const where = { root, dialect: opened.dialect.name, socket: opened.tmux.socket }
    const told: Told = { run, town: where, heartbeat, children: commands.tally() }
    const { snapshot } = heartbeat
    return {
      told,
      heartbeat,
      snapshot,
      document: documentOf(told),
      lines: reportLines(told, { volume: 'verbose', paint: (_, text) => text }),
      calls,
    }
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

const answering = (town: HostileTown, stage: HostileStage, calls: Heard[]): Commands => ({
  left: () => 90_000,
  tally: () => [],
  endHeadStart: () => undefined,
  killAll: () => undefined,
  run: (command) => {
    calls.push(command)
    return Promise.resolve(answerTo(command, town, stage))
  },
})

function answerTo({ program, args }: Command, town: HostileTown, stage: HostileStage): CommandResult {
  const question = questionOf(program, args)
  const elsewhere = program === 'tmux' && !args[2]?.startsWith(`${stage.folder}/s/`)
  const refusal = elsewhere ? 'no server running on somewhere' : town.refusals[question]
  if (refusal !== undefined) {
    return {
      ok: false,
      kind: 'exit',
      exitCode: 1,
      stdout: '',
      stderr: refusal,
      failure: `${program}: ${refusal.trim()}`,
    }
  }
  return { ok: true, stdout: saidTo(question, args, town, stage), stderr: '' }
}

function saidTo(question: string, args: readonly string[], { answers }: HostileTown, stage: HostileStage): string {
  const text = answers[question] ?? ''
  if (question !== 'panes') return new TextDecoder().decode(bytesOf(text, stage))
  const nonce = args.at(-1)?.split('[')[0] ?? ''
  return panesText(text, stage).replaceAll(SEPARATOR, nonce)
}
