import type { Ailment } from './scheduler.js'
import type { Properties } from './systemd-show.js'

/** A property that must have a value, or must not have it, for a check to do what it is for. */
interface Demand {
  readonly code: string
  readonly severity: Ailment['severity']
  readonly isWrong: (sight: Properties) => boolean
  /** Only asked of the service of checks; that of requests does its work after its main program. */
  readonly ofChecks?: true
  /** What comes of it. */
  readonly says: (sight: Properties) => string
}

const has = (list: string | undefined, word: string): boolean => (list ?? '').split(/\s+/).includes(word)

/** What an agent would have to live with when the check itself starts its tmux server. */
const limits = {
  Nice: '0',
  OOMScoreAdjust: '0',
  NoNewPrivileges: 'no',
  UMask: '0022',
  IOSchedulingClass: '2',
  CPUSchedulingPolicy: '0',
  PrivateTmp: 'no',
  PrivateDevices: 'no',
  ProtectHome: 'no',
  ProtectSystem: 'no',
  RestrictNamespaces: 'no',
  SystemCallFilter: '',
} as const

const limitsOf = (sight: Properties): readonly string[] =>
  Object.entries(limits).flatMap(([name, usual]) => {
    const value = sight[name]
    return value === undefined || value === usual || (name === 'IOSchedulingClass' && value === '0')
      ? []
      : [`${name}=${value}`]
  })

const demands: readonly Demand[] = [
  {
    code: 'kill-mode',
    severity: 'error',
    isWrong: ({ KillMode }) => KillMode !== 'process',
    says: ({ KillMode }) => `KillMode is ${KillMode}: what a check has started dies with it, tmux and every agent too`,
  },
  {
    code: 'no-timeout',
    severity: 'error',
    isWrong: ({ TimeoutStartUSec }) => TimeoutStartUSec === 'infinity',
    says: () => 'TimeoutStartSec is infinity: a check that hangs is never ended, and no other one starts',
    ofChecks: true,
  },
  {
    code: 'no-timeout',
    severity: 'error',
    isWrong: ({ TimeoutStopUSec }) => TimeoutStopUSec === 'infinity',
    says: () => 'TimeoutStopSec is infinity: what hangs after it is never ended, and nothing else starts',
  },
  {
    code: 'remain-after-exit',
    severity: 'error',
    isWrong: ({ RemainAfterExit }) => RemainAfterExit === 'yes',
    says: () => 'RemainAfterExit is yes: after one check the timer never starts another',
  },
  {
    code: 'not-oneshot',
    severity: 'error',
    isWrong: ({ Type }) => Type !== 'oneshot',
    says: ({ Type }) => `Type is ${Type}: how a check ended is not waited for`,
    ofChecks: true,
  },
  {
    code: 'start-limit',
    severity: 'warning',
    isWrong: ({ StartLimitIntervalUSec }) => StartLimitIntervalUSec !== '0',
    says: ({ StartLimitIntervalUSec, StartLimitBurst }) =>
      `more than ${StartLimitBurst} starts in ${StartLimitIntervalUSec} are refused: StartLimitIntervalSec is not 0`,
  },
  {
    code: 'exit-status',
    severity: 'warning',
    isWrong: ({ SuccessExitStatus }) => !has(SuccessExitStatus, '1') || !has(SuccessExitStatus, '75'),
    says: ({ SuccessExitStatus }) =>
      `SuccessExitStatus is ${SuccessExitStatus || 'empty'}: an ordinary warning (1) or another check at work (75) counts as a failure`,
  },
  {
    code: 'other-command',
    severity: 'warning',
    isWrong: ({ ExecStart, ExecStopPost }) => !/gt-heartbeat -/.test(`${ExecStart} ${ExecStopPost}`),
    says: ({ ExecStart }) => `it runs something else: ${/argv\[\]=(.*?) ;/.exec(ExecStart ?? '')?.[1] ?? 'nothing'}`,
  },
  {
    code: 'service-limits',
    severity: 'warning',
    isWrong: (sight) => limitsOf(sight).length > 0,
    says: (sight) => `${limitsOf(sight).join(', ')}: agents may inherit that`,
  },
]

/** What the settings in effect of a check's service would break, with the drop-ins that may have set them. */
export function auditService(unit: string, sight: Properties): readonly Ailment[] {
  if (sight['LoadState'] !== 'loaded') return []
  const dropIns = sight['DropInPaths'] ? ` (drop-ins: ${sight['DropInPaths']})` : ''
  const mend = dropIns === '' ? 'gt-heartbeat install' : `systemctl --user edit ${unit}`
  const isOfChecks = unit.startsWith('gt-heartbeat')
  const wrong = demands.filter(({ isWrong, ofChecks = false }) => (isOfChecks || !ofChecks) && isWrong(sight))
  return [
    ...wrong.map(({ code, severity, says }) => ({
      code,
      severity,
      because: `${unit}: ${says(sight)}${dropIns}`,
      mend,
    })),
    ...auditEnding(unit, sight),
  ]
}

/** How it ended last: what `env` says when there is no such program, and every other failure. */
function auditEnding(unit: string, { ActiveState, Result, ExecMainStatus }: Properties): readonly Ailment[] {
  if (ActiveState !== 'failed') return []
  const journal = `journalctl --user -u ${unit} -n 50`
  if (Result === 'exit-code' && ExecMainStatus === '127') {
    const because = `${unit} ended with 127: gt-heartbeat, or the node that runs it, was not found`
    return [{ code: 'program-gone', severity: 'error', because, mend: 'gt-heartbeat install' }]
  }
  const how = Result === 'exit-code' ? `exit code ${ExecMainStatus}` : Result
  return [{ code: 'service-failed', severity: 'warning', because: `${unit} failed last: ${how}`, mend: journal }]
}
