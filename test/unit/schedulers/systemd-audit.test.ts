import { describe, expect, it } from 'vitest'
import { auditService } from '../../../src/schedulers/systemd-audit-service.js'
import { auditTimer } from '../../../src/schedulers/systemd-audit-timer.js'
import type { Properties } from '../../../src/schedulers/systemd-show.js'

const service = {
  LoadState: 'loaded',
  ActiveState: 'inactive',
  Result: 'success',
  ExecMainStatus: '0',
  Type: 'oneshot',
  KillMode: 'process',
  TimeoutStartUSec: '2min',
  RemainAfterExit: 'no',
  StartLimitIntervalUSec: '0',
  StartLimitBurst: '5',
  SuccessExitStatus: '1 75',
  ExecStart: '{ path=/usr/bin/env ; argv[]=/usr/bin/env gt-heartbeat --once ; ignore_errors=no ; pid=0 }',
  DropInPaths: '',
  Nice: '0',
  OOMScoreAdjust: '0',
  NoNewPrivileges: 'no',
  UMask: '0022',
  IOSchedulingClass: '2',
}

describe("a check's service", () => {
  it('as it is shipped is well, on a systemd that calls no I/O class 0 too', () => {
    expect(auditService('gt-heartbeat.service', service)).toEqual([])
    expect(auditService('gt-heartbeat.service', { ...service, IOSchedulingClass: '0' })).toEqual([])
  })

  it('that is not there is not judged: that is said elsewhere', () => {
    expect(auditService('gt-heartbeat.service', { LoadState: 'not-found', KillMode: 'control-group' })).toEqual([])
  })

  it.each<[string, string, Properties, RegExp]>([
    ['kill-mode', 'error', { KillMode: 'control-group' }, /KillMode is control-group: .*every agent/],
    ['no-timeout', 'error', { TimeoutStartUSec: 'infinity' }, /never ended/],
    ['remain-after-exit', 'error', { RemainAfterExit: 'yes' }, /never starts another/],
    ['not-oneshot', 'error', { Type: 'simple' }, /Type is simple/],
    ['start-limit', 'warning', { StartLimitIntervalUSec: '10s' }, /more than 5 starts in 10s/],
    ['exit-status', 'warning', { SuccessExitStatus: '' }, /SuccessExitStatus is empty/],
    ['exit-status', 'warning', { SuccessExitStatus: '1' }, /SuccessExitStatus is 1:/],
    [
      'other-command',
      'warning',
      { ExecStart: '{ path=/bin/true ; argv[]=/bin/true x ; pid=0 }' },
      /something else: \/bin\/true x$/,
    ],
    ['service-limits', 'warning', { Nice: '10', NoNewPrivileges: 'yes' }, /Nice=10, NoNewPrivileges=yes: agents/],
    ['service-failed', 'warning', { ActiveState: 'failed', Result: 'timeout' }, /failed last: timeout$/],
    [
      'service-failed',
      'warning',
      { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '78' },
      /exit code 78$/,
    ],
    ['program-gone', 'error', { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '127' }, /was not found$/],
  ])('has %s (%s) when it is %o', (code, severity, change, because) => {
    expect(auditService('gt-heartbeat.service', { ...service, ...change })).toEqual([
      { code, severity, because: expect.stringMatching(because), mend: expect.any(String) },
    ])
  })

  it('of requests does its work after its main program, and may be of another type', () => {
    const ExecStart = '{ path=/usr/bin/env ; argv[]=/usr/bin/env true ; pid=0 }'
    const ExecStopPost = '{ path=/usr/bin/env ; argv[]=/usr/bin/env gt-heartbeat --lifecycle ; pid=0 }'
    const requests = { ...service, Type: 'simple', TimeoutStartUSec: 'infinity', ExecStart, ExecStopPost }
    expect(auditService('gt-lifecycle.service', requests)).toEqual([])
    const endless = auditService('gt-lifecycle.service', { ...requests, TimeoutStopUSec: 'infinity' })
    expect(endless.map(({ code }) => code)).toEqual(['no-timeout'])
  })

  it('names the drop-ins where there are some, and then has them edited', () => {
    const DropInPaths = '/home/me/.config/systemd/user/gt-heartbeat.service.d/override.conf'
    const [found] = auditService('gt-heartbeat.service', { ...service, KillMode: 'mixed', DropInPaths })
    expect(found?.because).toContain(DropInPaths)
    expect(found?.mend).toBe('systemctl --user edit gt-heartbeat.service')
  })
})

const timer = {
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'waiting',
  UnitFileState: 'enabled',
  Result: 'success',
  NextElapseUSecRealtime: 'Sun 2026-11-22 18:05:00 UTC',
  NextElapseUSecMonotonic: 'infinity',
}
const path = { LoadState: 'loaded', ActiveState: 'active', Paths: '/home/me/gt/daemon/requests (DirectoryNotEmpty)' }

function found(changes: { readonly timer?: Properties; readonly path?: Properties }) {
  const units: Readonly<Record<string, Properties>> = {
    'gt-heartbeat.timer': { ...timer, ...changes.timer },
    'gt-lifecycle.path': { ...path, ...changes.path },
  }
  const names = { timer: 'gt-heartbeat.timer', path: 'gt-lifecycle.path', town: '/home/me/gt' }
  return auditTimer({ ...names, of: (unit) => units[unit] ?? {} }).map(({ code, severity, mend }) => [
    code,
    severity,
    mend,
  ])
}

describe('the timer', () => {
  const start = 'systemctl --user enable --now gt-heartbeat.timer'

  it.each<[string, Properties]>([
    ['it waits for a time of the calendar', {}],
    ['it waits for a time since boot', { NextElapseUSecRealtime: '', NextElapseUSecMonotonic: '3h 2min' }],
    ['its tick runs just now', { SubState: 'running', NextElapseUSecRealtime: '' }],
    ['it is not there: that is said elsewhere', { LoadState: 'not-found', ActiveState: 'inactive' }],
  ])('is well when %s', (_, change) => {
    expect(found({ timer: change })).toEqual([])
  })

  it.each<[string, Properties, unknown]>([
    [
      'is dead',
      { NextElapseUSecRealtime: '' },
      [['timer-dead', 'error', 'systemctl --user restart gt-heartbeat.timer']],
    ],
    ['is dead', { SubState: 'elapsed', NextElapseUSecRealtime: 'n/a' }, [['timer-dead', 'error', expect.any(String)]]],
    ['goes on until the next boot', { UnitFileState: 'disabled' }, [['timer-disabled', 'warning', start]]],
    ['is stopped', { ActiveState: 'inactive' }, [['timer-inactive', 'error', start]]],
    [
      'failed',
      { ActiveState: 'failed' },
      [['timer-inactive', 'error', `systemctl --user reset-failed gt-heartbeat.timer; ${start}`]],
    ],
    [
      'is stopped for good',
      { ActiveState: 'inactive', UnitFileState: 'disabled' },
      [
        ['timer-disabled', 'error', start],
        ['timer-inactive', 'error', start],
      ],
    ],
  ])('%s when it is %o', (_, change, expected) => {
    expect(found({ timer: change })).toEqual(expected)
  })
})

describe('the path unit', () => {
  it.each<[Properties, unknown]>([
    [{}, []],
    [{ Paths: '/a (PathExists)\n/home/me/gt/daemon/requests (DirectoryNotEmpty)' }, []],
    [{ ActiveState: 'inactive' }, [['path-inactive', 'warning', 'systemctl --user start gt-lifecycle.path']]],
    [
      { ActiveState: 'failed', Result: 'unit-start-limit-hit' },
      [['path-failed', 'warning', expect.stringContaining('reset-failed gt-lifecycle.path')]],
    ],
    [
      { Paths: '/home/me/other/daemon/requests (DirectoryNotEmpty)' },
      [['path-elsewhere', 'warning', 'gt-heartbeat install']],
    ],
    [{ Paths: '' }, [['path-elsewhere', 'warning', 'gt-heartbeat install']]],
  ])('when it is %o', (change, expected) => {
    expect(found({ path: change })).toEqual(expected)
  })

  it('of a stopped timer is not told: it belongs to it', () => {
    expect(found({ timer: { ActiveState: 'inactive' }, path: { ActiveState: 'inactive' } })).toHaveLength(1)
  })
})
