import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { definedOnly } from '../../../src/domain/defined-only.js'
import { InstallError } from '../../../src/errors.js'
import { createCommands } from '../../../src/ports/command.js'
import { launchd } from '../../../src/schedulers/launchd.js'
import type { Machine } from '../../../src/schedulers/scheduler.js'
import { logFiles } from '../../../src/schedulers/script.js'
import { waitFor } from '../../support/wait-for.js'
import { aMachine, aSchedule, program, putInPlace, saidBy, standIn, strangeFolder, takeAll } from './a-machine.js'

const label = 'dev.gt-heartbeat.default'
const both = [label, `${label}.lifecycle`]
const at = (domain: string) => both.map((name) => `${domain}/${name}`)

interface State {
  readonly domains: readonly string[]
  readonly jobs: Readonly<
    Record<string, { readonly path: string; readonly lastExit?: number; readonly spawn?: string }>
  >
  readonly disabled: readonly string[]
  readonly leaves: number
  readonly trouble: readonly { readonly verb: string; readonly code: number; readonly times: number }[]
  readonly calls: readonly string[]
}

/** A Mac with a stand-in launchctl in some state. */
function stage(given: Partial<State> = {}) {
  const folder = strangeFolder()
  const bin = join(folder, 'bin')
  standIn(bin, 'launchctl')
  const file = join(folder, 'launchctl.json')
  const empty: State = { domains: ['gui/501', 'user/501'], jobs: {}, disabled: [], leaves: 300, trouble: [], calls: [] }
  writeFileSync(file, JSON.stringify({ ...empty, ...given }))
  const machine = aMachine(folder, { bin, platform: 'darwin', env: { LAUNCHCTL_STATE: file } })
  const schedule = aSchedule(folder, { bin })
  const state = (): State => JSON.parse(readFileSync(file, 'utf8'))
  return {
    bin,
    machine,
    schedule,
    state,
    change: (more: Partial<State>) => writeFileSync(file, JSON.stringify({ ...state(), ...more })),
    changes: () => state().calls.filter((call) => !call.startsWith('print')),
    install: async (changed = true) => {
      putInPlace(launchd.files(schedule, machine))
      return takeAll(await launchd.begin(schedule, machine, changed))
    },
    uninstall: async () => [
      ...(await takeAll(await launchd.end('default', machine))),
      ...(await takeAll(await launchd.tidy('default', machine))),
    ],
  }
}

describe('an installation for launchd', () => {
  it('puts both jobs into the domain of the login at the screen, enabled first', async () => {
    const { install, state, changes, machine, schedule } = stage()
    expect(await install()).toEqual([])
    expect(Object.keys(state().jobs)).toEqual(at('gui/501'))
    const list = (name: string) => join(machine.home, 'Library/LaunchAgents', `${name}.plist`)
    expect(changes()).toEqual([
      `enable gui/501/${label}`,
      `bootstrap gui/501 ${list(label)}`,
      `enable gui/501/${label}.lifecycle`,
      `bootstrap gui/501 ${list(`${label}.lifecycle`)}`,
    ])
    expect(existsSync(logFiles('default', machine).folder)).toBe(true)
    expect(existsSync(join(schedule.town, 'daemon/requests'))).toBe(true)
  })

  it('takes the domain that is there without a screen, as over ssh', async () => {
    const { install, state } = stage({ domains: ['user/501'] })
    await install()
    expect(Object.keys(state().jobs)).toEqual(at('user/501'))
  })

  it('says what it will do before it does it, and changes nothing for that', async () => {
    const { machine, schedule, changes } = stage()
    const said = saidBy(await launchd.begin(schedule, machine, true))
    expect(said).toEqual([
      expect.stringMatching(/^mkdir -p .*Library\/Logs\/gt-heartbeat/),
      expect.stringMatching(/^mkdir -p .*daemon\/requests/),
      `launchctl enable gui/501/${label}`,
      expect.stringMatching(/^launchctl bootstrap gui\/501 '.*\/dev\.gt-heartbeat\.default\.plist'$/),
      `launchctl enable gui/501/${label}.lifecycle`,
      expect.stringMatching(/^launchctl bootstrap gui\/501 /),
    ])
    expect(changes()).toEqual([])
  })

  it('does nothing the second time', async () => {
    const { install, changes, machine, schedule } = stage()
    await install()
    const once = changes()
    expect(saidBy(await launchd.begin(schedule, machine, false))).toEqual([])
    await install(false)
    expect(changes()).toEqual(once)
  })

  it('waits for a job to be gone before it puts the new one in place: bootout returns too early', async () => {
    const { install, changes, state } = stage({ leaves: 700 })
    await install()
    await install()
    expect(changes().slice(4)).toEqual([
      `bootout gui/501/${label}`,
      `enable gui/501/${label}`,
      expect.stringMatching(/^bootstrap gui\/501 /),
      `bootout gui/501/${label}.lifecycle`,
      `enable gui/501/${label}.lifecycle`,
      expect.stringMatching(/^bootstrap gui\/501 /),
    ])
    expect(Object.keys(state().jobs)).toEqual(at('gui/501'))
  })

  it.each([5, 36, 37])('tries again after error %i', async (code) => {
    const { install, state, changes } = stage({ trouble: [{ verb: 'bootstrap', code, times: 2 }] })
    await install()
    expect(Object.keys(state().jobs)).toEqual(at('gui/501'))
    expect(changes().filter((call) => call.startsWith('bootstrap'))).toHaveLength(4)
  })

  it('gives up after the fourth time, and says what launchctl said', async () => {
    const { install, state } = stage({ trouble: [{ verb: 'bootstrap', code: 5, times: 99 }] })
    await expect(install()).rejects.toThrow(/launchctl bootstrap gui\/501 .*Bootstrap failed: 5: Input\/output error/)
    expect(state().jobs).toEqual({})
  })

  it('does not try again what will not pass', async () => {
    const { install, changes } = stage({ trouble: [{ verb: 'bootstrap', code: 125, times: 99 }] })
    await expect(install()).rejects.toThrow(/125: .*; nobody is logged in at the screen$/)
    expect(changes().filter((call) => call.startsWith('bootstrap'))).toHaveLength(1)
  })

  it('enables a job that was disabled once', async () => {
    const { install, state } = stage({ disabled: at('gui/501') })
    await install()
    expect(state()).toMatchObject({ disabled: [] })
    expect(Object.keys(state().jobs)).toEqual(at('gui/501'))
  })

  it('brings a job that was put into the other domain over', async () => {
    const { install, state, change } = stage({ domains: ['user/501'] })
    await install()
    change({ domains: ['gui/501', 'user/501'] })
    await install(false)
    expect(Object.keys(state().jobs)).toEqual(at('gui/501'))
  })

  it('writes lists that launchd accepts: nobody else may write them', async () => {
    const { schedule, machine } = stage()
    const modes = launchd.files(schedule, machine).map(({ path, mode }) => [path.replace(/^.*\//, ''), mode])
    expect(modes).toEqual([
      ['default.sh', 0o755],
      [`${label}.plist`, 0o644],
      [`${label}.lifecycle.plist`, 0o644],
    ])
  })

  it('warns of a town where macOS lets no job in', async () => {
    const { machine, schedule } = stage()
    const guarded = { ...schedule, town: join(machine.home, 'Documents/gt') }
    putInPlace(launchd.files(guarded, machine))
    const told = await takeAll(await launchd.begin(guarded, machine, true))
    expect(told).toEqual([expect.stringMatching(/Documents, which macOS guards.*Full Disk Access to .*node/)])
  })

  it('gives a launchctl that hangs no time to do half of it', async () => {
    const { bin, machine, schedule } = stage()
    program(bin, 'launchctl', 'trap "" TERM; sleep 600')
    const hurried = { ...machine, commands: createCommands(Date.now() + 500) }
    await expect(launchd.begin(schedule, hurried, true)).rejects.toThrow(InstallError)
    expect(await launchd.whyNot(hurried)).toMatch(/launchctl does not answer: .*(timed out|no time is left)/)
  })
})

describe('taking it away from launchd', () => {
  it('takes both jobs and the log, and is done when they are gone', async () => {
    const { install, uninstall, state, machine, changes } = stage({ leaves: 500 })
    await install()
    const { log } = logFiles('default', machine)
    writeFileSync(log, 'x')
    expect(saidBy(await launchd.end('default', machine))).toEqual(
      [...at('gui/501')].reverse().map((one) => `launchctl bootout ${one}`),
    )
    await uninstall()
    expect(state().jobs).toEqual({})
    expect(changes().slice(4)).toEqual([`bootout gui/501/${label}.lifecycle`, `bootout gui/501/${label}`])
    expect(existsSync(log)).toBe(false)
  })

  it('finds the jobs in either domain, and is content where there are none', async () => {
    const { install, uninstall, change, state } = stage({ domains: ['user/501'] })
    await install()
    change({ domains: ['gui/501', 'user/501'] })
    await uninstall()
    expect(state().jobs).toEqual({})
    expect(await uninstall()).toEqual([])
  })

  it('says so when a job does not go', async () => {
    const { install, machine } = stage({ leaves: 600_000 })
    await install()
    const impatient = { ...machine, commands: { ...machine.commands, left: () => 0 } }
    const steps = await launchd.end('default', impatient)
    await expect(takeAll(steps)).rejects.toThrow(/lifecycle is still there/)
  })
})

describe('launchd', () => {
  it('is there on a Mac only, and where it answers', async () => {
    const { machine } = stage()
    expect(await launchd.whyNot(machine)).toBeUndefined()
    expect(await launchd.whyNot({ ...machine, platform: 'linux' })).toBe('only macOS has it')
    expect(await launchd.whyNot({ ...machine, env: { PATH: '/nowhere' } })).toMatch(/no launchctl on PATH/)
    expect(await launchd.whyNot(stage({ domains: [] }).machine)).toMatch(/does not answer: .*Could not find domain/)
  })

  it('is seen to start checks, or not to', async () => {
    const { machine, install } = stage()
    const none = { active: { known: true, value: false }, next: undefined }
    expect(await launchd.look('default', machine)).toMatchObject({ ...none, says: `launchd has no job ${label}` })
    await install()
    const sight = await launchd.look('default', machine)
    expect(sight).toMatchObject({
      active: { known: true, value: true },
      says: `launchd asks every minute whether a check is due (gui/501/${label})`,
    })
    expect((sight.next ?? 0) % 60_000).toBe(0)
    expect(await launchd.look('beta', machine)).toMatchObject(none)
    expect(await launchd.look('default', { ...machine, platform: 'linux' })).toMatchObject(none)
    expect(await launchd.look('default', stage({ domains: [] }).machine)).toMatchObject({ active: { known: false } })
  })

  it('asks every minute anyway: there is nothing to arm', async () => {
    expect(await launchd.arm('default', stage().machine)).toEqual([])
  })

  it('is audited job by job', async () => {
    const { machine, schedule, install, state, change } = stage()
    const codes = async () => (await launchd.audit(schedule, machine)).map(({ code }) => code)
    expect(await codes()).toEqual(['job-missing', 'job-missing'])
    await install()
    expect(await codes()).toEqual([])
    const [name = ''] = at('gui/501')
    const { jobs } = state()
    const path = jobs[name]?.path ?? ''
    for (const lastExit of [0, 1, 75]) {
      change({ jobs: { ...jobs, [name]: { path, lastExit } } })
      expect(await codes()).toEqual([])
    }
    change({ jobs: { ...jobs, [name]: { path: '/else.plist', lastExit: 78, spawn: 'background (2)' } } })
    expect(await codes()).toEqual(['job-elsewhere', 'job-background', 'job-failed'])
    const { [name]: _, ...rest } = jobs
    change({ jobs: rest, disabled: [name] })
    expect(await launchd.audit(schedule, machine)).toMatchObject([
      { code: 'job-disabled', mend: expect.stringMatching(/^launchctl enable gui\/501\/.* && launchctl bootstrap/) },
    ])
    change({ domains: [] })
    expect(await codes()).toEqual(['manager-unreachable'])
    const guarded = { ...schedule, town: '/Volumes/disk/gt' }
    change({ domains: ['gui/501'], jobs, disabled: [] })
    expect((await launchd.audit(guarded, machine)).map(({ code }) => code)).toEqual(['town-guarded'])
  })
})

describe('property lists that were copied by hand', () => {
  const names = [`${label}.plist`, `${label}.lifecycle.plist`]
  const listsOf = ({ home }: Machine) => names.map((name) => join(home, 'Library/LaunchAgents', name))

  /** The shipped lists, where launchd reads them; `change`: what a person did to them. */
  function copyLists({ machine }: ReturnType<typeof stage>, change = (text: string) => text): void {
    mkdirSync(join(machine.home, 'Library/LaunchAgents'), { recursive: true })
    for (const [at, name] of names.entries()) {
      const text = readFileSync(join(machine.packageRoot, 'launchd', name), 'utf8')
      writeFileSync(listsOf(machine)[at] ?? '', change(text.replaceAll('/Users/you', machine.home)))
    }
  }

  const type = ({ machine }: ReturnType<typeof stage>, ...lines: readonly string[]) =>
    spawnSync('/bin/sh', ['-c', lines.join('\n')], { env: definedOnly(machine.env), encoding: 'utf8' })

  it('are found with their town, and go by the commands that are named', async () => {
    const mac = stage()
    copyLists(mac)
    for (const list of listsOf(mac.machine)) type(mac, `launchctl bootstrap gui/501 '${list.replaceAll("'", `'\\''`)}'`)
    const found = await launchd.present(mac.machine)
    expect(found).toMatchObject({
      known: true,
      value: [
        {
          slug: 'default',
          town: join(mac.machine.home, 'gt'),
          sight: { active: { known: true, value: true }, says: expect.stringContaining(`gui/501/${label}`) },
        },
      ],
    })
    const removal = found.known ? (found.value[0]?.removal ?? []) : []
    expect(removal[0]).toBe(`launchctl bootout gui/501/${label}`)
    // A bootout may say that it is in progress.
    type(mac, ...removal)
    await waitFor('both jobs are gone', async () => {
      const left = await launchd.present(mac.machine)
      return left.known && left.value.length === 0
    })
    expect(listsOf(mac.machine).filter(existsSync)).toEqual([])
  })

  it('are found before launchd has loaded them', async () => {
    const mac = stage()
    copyLists(mac, (text) =>
      text.replace('<key>PATH</key>', '<key>GT_TOWN_ROOT</key>\n    <string>/towns/work</string>\n    <key>PATH</key>'),
    )
    expect(await launchd.present(mac.machine)).toMatchObject({
      known: true,
      value: [
        {
          town: '/towns/work',
          sight: { active: { known: true, value: false }, says: expect.stringContaining('at the next login') },
          removal: [expect.stringMatching(/^rm /), expect.stringMatching(/^rm /)],
        },
      ],
    })
  })

  it('are not looked for on another system, and nothing is claimed where launchctl does not answer', async () => {
    const mac = stage()
    expect(await launchd.present({ ...mac.machine, platform: 'linux' })).toEqual({ known: true, value: [] })
    mac.change({ domains: [] })
    expect(await launchd.present(mac.machine)).toMatchObject({ known: false })
  })
})
