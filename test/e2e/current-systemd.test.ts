import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { raiseTown } from '../support/fake-town.js'
import { PROGRAM } from '../support/run-check.js'
import { located } from '../support/stand-ins.js'
import { managerFor } from '../support/user-manager.js'
import { waitFor } from '../support/wait-for.js'

/** Profiles that greet, export, and leave something running that ends before long, as an agent for keys may. */
const posix = 'echo hello\nexport SECRET=x\nsleep 3 &\n'
const shells = [
  ['sh', '.profile', posix],
  ['bash', '.bash_profile', posix],
  ['zsh', '.zprofile', posix],
  ['fish', '.config/fish/config.fish', 'echo hello\nset -gx SECRET x\nsleep 3 &\n'],
] as const

describe.each(shells)(
  'gt started by a check on a real systemd user manager, login shell %s',
  (shell, file, profile) => {
    it('makes its sessions on a server in a unit of its own, with what the profile exports', async (ctx) => {
      const launchShell = located(shell, process.env['PATH'] ?? '')
      if (!launchShell) return ctx.skip(`needs ${shell}: apt-get install ${shell}`)
      const manager = await managerFor(ctx)
      const town = raiseTown({ kind: 'current' })
      ctx.onTestFinished(() => town.end())
      const tmux = (...words: readonly string[]) => manager.run(['tmux', '-S', town.tmux.socket, ...words])
      ctx.onTestFinished(async () => void (await tmux('kill-server')))
      const put = (path: string, text: string): void => {
        mkdirSync(dirname(join(manager.home, path)), { recursive: true })
        writeFileSync(join(manager.home, path), text)
      }
      town.addRig('demo')
      town.configure({ launchShell })
      put(file, profile)
      // Harsher than the real unit: whatever is left in its cgroup ends with the check.
      put(
        '.config/systemd/user/check.service',
        `[Service]
Type=oneshot
KillMode=control-group
Nice=10
ExecStart=${process.execPath} ${PROGRAM} --once --town ${town.root}
Environment=LC_ALL=C.UTF-8 GT_HEARTBEAT_TRIGGER=timer PATH=${town.programs.bin}:/usr/bin:/bin TMUX_TMPDIR=${town.env['TMUX_TMPDIR']}
`,
      )
      await manager.systemctl('daemon-reload')
      await manager.systemctl('start', 'check.service')
      const sessions = async () => (await tmux('list-sessions', '-F', '#{session_name} #{session_id} #{pid}')).stdout
      const before = await sessions()
      expect(before.match(/^\S+/gm)).toEqual(['de-witness', 'hq-deacon'])
      const server = (await tmux('display-message', '-p', '#{pid}')).stdout.trim()
      const lot = await manager.run(['sh', '-c', `cat /proc/${server}/cgroup; ps -o ni= -p ${server}`])
      expect(lot.stdout).toMatch(/^0::\/app\.slice\/gt-tmux-town-[0-9a-f]{8}\.service$/m)
      expect(lot.stdout).toMatch(/^ +0$/m)
      const everybody = (await tmux('show-environment', '-g')).stdout
      expect(everybody).toMatch(/^SECRET=x$/m)
      expect(everybody).not.toMatch(/^(TMUX|INVOCATION_ID|JOURNAL_STREAM|MANAGERPID|GT_HEARTBEAT_TRIGGER)=/m)
      await waitFor('what the profile left running has ended', async () => {
        const left = await manager.run(['sh', '-c', 'ps -eo args= | grep -c "^sleep 3$"'])
        return left.stdout.trim() === '0'
      })
      expect(await sessions()).toBe(before)
    })
  },
)
