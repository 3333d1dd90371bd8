import { describe, expect, it } from 'vitest'
import { type Clockwork, clockworkFor } from '../support/clockwork.js'

/** Everything that a service can be told and a process inherits, set as far off as it goes. */
const HARSH = `[Service]
Nice=10
IOSchedulingClass=idle
OOMScoreAdjust=500
UMask=0077
NoNewPrivileges=yes
LimitNOFILE=777
Environment=SECRET_OF_THE_CHECK=1 NODE_OPTIONS=--no-warnings
`

/** What the first process of a session lives with. */
async function lot(clock: Clockwork, session: string): Promise<string> {
  const { stdout: pid } = await clock.tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_pid}')
  const { stdout: server } = await clock.tmux('display-message', '-p', '#{pid}')
  const asked = `for p in ${pid.trim()} ${server.trim()}; do
    ps -o ni= -p $p; ionice -p $p; cat /proc/$p/oom_score_adj; grep -E 'Umask|NoNewPrivs|Seccomp:' /proc/$p/status
    grep 'Max open files' /proc/$p/limits; cat /proc/$p/cgroup; tr '\\0' '\\n' </proc/$p/environ; done`
  return (await clock.manager.run(['sh', '-c', asked])).stdout
}

describe('a tmux server that a check has started on a real systemd user manager', () => {
  it('is in a unit of its own and inherits nothing of the check', async (ctx) => {
    const clock = await clockworkFor(ctx)
    await clock.dropIn('gt-heartbeat.service', HARSH)
    await clock.manager.systemctl('start', 'gt-heartbeat.service')
    const found = await lot(clock, 'gt-deacon')
    expect(found.match(/^0::.*$/gm)).toEqual(
      Array(2).fill(expect.stringMatching(/^0::\/app\.slice\/gt-tmux-gt-[0-9a-f]{8}\.service$/)),
    )
    expect(found.match(/^ +\d+$/gm)?.map(Number)).toEqual([0, 0])
    expect(found).not.toMatch(/^idle/m)
    expect(found.match(/^\d+$/gm)?.every((score) => score !== '500')).toBe(true)
    expect(found.match(/^Umask:.*$/gm)).toEqual(['Umask:\t0022', 'Umask:\t0022'])
    expect(found.match(/^(NoNewPrivs|Seccomp):\t(?!0$).*$/gm)).toBeNull()
    expect(found).not.toMatch(/Max open files +777 /)
    expect(found).not.toMatch(
      /^(SECRET_OF_THE_CHECK|NODE_OPTIONS|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID|MANAGERPID|GT_HEARTBEAT_TRIGGER)=/m,
    )
  })

  it('outlives the check, every stop, a kill of the whole unit, a reload, and the units themselves', async (ctx) => {
    const clock = await clockworkFor(ctx)
    const { manager } = clock
    const sessions = async () =>
      (await clock.tmux('list-sessions', '-F', '#{session_name} #{session_id} #{pid}')).stdout
    await manager.systemctl('start', 'gt-heartbeat.timer')
    await manager.systemctl('start', 'gt-heartbeat.service')
    const before = await sessions()
    expect(before).toMatch(/^gt-deacon /)
    for (const verb of ['stop', 'restart', 'kill', 'stop'])
      await manager.run(['systemctl', '--user', verb, 'gt-heartbeat.service'])
    await clock.manager.systemctl('daemon-reload')
    await clock.manager.systemctl('start', 'gt-lifecycle.service')
    await clock.settled()
    await manager.systemctl('disable', '--now', 'gt-heartbeat.timer')
    await manager.run(['sh', '-c', 'rm -r ~/.config/systemd ~/.config/gt-heartbeat'])
    await manager.systemctl('daemon-reload')
    await manager.systemctl('daemon-reexec')
    expect(await sessions()).toBe(before)
  })

  it('is asked, and not made again, by the next check', async (ctx) => {
    const clock = await clockworkFor(ctx)
    await clock.manager.systemctl('start', 'gt-heartbeat.service')
    const { stdout: server } = await clock.tmux('display-message', '-p', '#{pid}')
    await clock.tmux('kill-session', '-t', '=gt-gastown-witness')
    await clock.manager.systemctl('start', 'gt-heartbeat.service')
    expect((await clock.tmux('display-message', '-p', '#{pid}')).stdout).toBe(server)
    const units = await clock.manager.systemctl('list-units', '--no-legend', '--plain', 'gt-tmux-*')
    expect(units.trim().split('\n')).toHaveLength(1)
  })

  for (const [lingers, where, place] of [
    [true, 'a unit of its own, since the user lingers', /^0::\/app\.slice\/gt-tmux-gt-[0-9a-f]{8}\.service$/gm],
    [false, 'where cron has it, since the manager would end sooner', /^0::\/terminal$/gm],
  ] as const) {
    it(`is in ${where}, when cron started the check`, async (ctx) => {
      const clock = await clockworkFor(ctx)
      const { manager, env } = clock
      if (lingers) await manager.run(['install', '-D', '/dev/null', '/var/lib/systemd/linger/root'])
      const own = ['HOME', 'PATH', 'TMUX_TMPDIR'].map((name) => `${name}=${env[name]}`)
      await manager.run(['env', '-i', 'GT_HEARTBEAT_TRIGGER=cron', ...own, 'gt-heartbeat', '--once'])
      expect((await lot(clock, 'gt-deacon')).match(place)).toHaveLength(2)
    })
  }
})
