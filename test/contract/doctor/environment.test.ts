import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Clinic, openClinic } from './clinic.js'

let clinic: Clinic
beforeEach(() => {
  clinic = openClinic()
})
afterEach(() => clinic.end())

describe('what a check is started with', () => {
  const shellWithout = (...names: readonly string[]): string => {
    const folder = join(clinic.town.stage, 'few')
    mkdirSync(folder)
    for (const name of ['node', 'gt-heartbeat', 'gt-rearm', 'tmux', 'bd', 'gt', 'git', 'systemd-run', 'claude']) {
      if (!names.includes(name)) symlinkSync(join(clinic.town.programs.bin, name), join(folder, name))
    }
    return folder
  }

  it.each([
    ['node', 'node-gone', 'no check can begin'],
    ['gt-heartbeat', 'gt-heartbeat-missing', 'no check can begin'],
    ['gt-rearm', 'gt-rearm-missing', 'asks whether a check is due'],
    ['tmux', 'tmux-missing', 'no session can be checked'],
    ['bd', 'bd-missing', 'mail and hooks cannot be read'],
    ['gt', 'gt-missing', 'no notice can be sent'],
    ['git', 'git-missing', 'worktrees'],
    ['systemd-run', 'systemd-run-missing', 'stays in the unit of that check'],
  ])('may have no %s on its PATH, though the terminal has', async (name, code, so) => {
    clinic.program('systemd-run', 'exit 1')
    clinic.checksHave({ PATH: shellWithout(name) })
    const found = (await clinic.examine()).findings.find((one) => one.code === code)
    expect(found).toMatchObject({ mend: 'gt-heartbeat install' })
    expect(found?.because).toContain(so)
    expect(found?.because).toContain(`this terminal has ${join(clinic.town.programs.bin, name)}`)
  })

  it('is what the manager has in effect: its own variables, those of a drop-in, and those of every file', async () => {
    const more = join(clinic.town.stage, 'more.env')
    writeFileSync(more, 'TMUX_TMPDIR="/tmp"\n')
    const own = join(clinic.settings, 'default.env')
    clinic.unit('gt-heartbeat.service', {
      Environment: 'X=1 "TMUX_TMPDIR=/var tmp" LC_ALL=C.UTF-8',
      EnvironmentFiles: `${own} (ignore_errors=yes)`,
    })
    expect(await clinic.codes()).toEqual([])
    // What a stand-in prints has a line for each property, and several files of a unit are several lines.
    clinic.unit('gt-heartbeat.service', {
      EnvironmentFiles: `${own} (ignore_errors=yes)\nEnvironmentFiles=${more} (ignore_errors=no)`,
    })
    const [found] = (await clinic.examine()).findings
    expect(found?.because).toContain('TMUX_TMPDIR /tmp)')
    clinic.unit('gt-heartbeat.service', { Environment: '"PATH=/no where"', EnvironmentFiles: '' })
    const gone = (await clinic.examine()).findings.find(({ code }) => code === 'node-gone')
    expect(gone?.because).toContain(': /no where)')
  })

  it('may have no agent to start, and the profile has none either', async () => {
    clinic.town.configure({ launch: { deacon: 'nobodys-agent --go' } })
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'agent-missing', because: expect.stringContaining('nobodys-agent') },
    ])
  })

  it('may be too old', async () => {
    const folder = join(clinic.town.stage, 'old')
    mkdirSync(folder)
    for (const [name, says] of [
      ['node', 'v18.20.4'],
      ['tmux', 'tmux 3.1c'],
      ['gt-heartbeat', '0.0.1'],
    ]) {
      writeFileSync(join(folder, `${name}`), `#!/bin/sh\necho ${says}\n`, { mode: 0o755 })
    }
    clinic.checksHave({ PATH: `${folder}:${clinic.town.env['PATH']}` })
    const codes = await clinic.codes()
    expect(codes).toEqual(expect.arrayContaining(['node-old', 'other-program', 'tmux-old']))
  })

  it('may be a node that goes with its version', async () => {
    const folder = join(clinic.town.stage, '.nvm/versions/node/v20.19.0/bin')
    mkdirSync(folder, { recursive: true })
    symlinkSync(process.execPath, join(folder, 'node'))
    clinic.checksHave({ PATH: `${folder}:${clinic.town.env['PATH']}` })
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'node-versioned', because: expect.stringContaining('nvm takes away') },
    ])
  })

  it('may lead to another tmux than the terminal has', async () => {
    clinic.checksHave({ TMUX_TMPDIR: undefined })
    const [found] = (await clinic.examine()).findings
    expect(found).toMatchObject({ code: 'other-tmux', severity: 'error' })
    expect(found?.because).toContain(clinic.town.tmux.socket)
    expect(found?.because).toContain('TMUX_TMPDIR not set')
  })
})
