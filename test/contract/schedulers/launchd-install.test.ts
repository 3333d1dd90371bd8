import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alone } from '../../../src/schedulers/config-lock.js'
import { launchd } from '../../../src/schedulers/launchd.js'
import { type Manifest, readManifest } from '../../../src/schedulers/manifest.js'
import { isChange, planFor, putInPlace, type Wish } from '../../../src/schedulers/put-in-place.js'
import { takeAway } from '../../../src/schedulers/take-away.js'
import { newAccount } from '../../../src/schedulers/taking.js'
import { aMachine, aSchedule, standIn, strangeFolder } from './a-machine.js'

/** A Mac with a stand-in launchctl, on which the installer does what the command line would have it do. */
function stage() {
  const folder = strangeFolder()
  const bin = join(folder, 'bin')
  standIn(bin, 'launchctl')
  const file = join(folder, 'launchctl.json')
  writeFileSync(file, JSON.stringify({ domains: ['gui/501'] }))
  const machine = aMachine(folder, { bin, platform: 'darwin', env: { LAUNCHCTL_STATE: file } })
  const schedule = aSchedule(folder, { bin })
  const manifest = (): Manifest => {
    const read = readManifest(machine.configHome)
    if (!read.known) throw new Error(read.why)
    return read.value
  }
  const wish = (): Wish => ({
    schedule,
    scheduler: launchd,
    machine,
    manifest: manifest(),
    version: '1.0.0',
    now: Date.now(),
  })
  return {
    machine,
    agents: join(machine.home, 'Library/LaunchAgents'),
    jobs: () => Object.keys(JSON.parse(readFileSync(file, 'utf8')).jobs ?? {}),
    install: () =>
      alone(machine, async ({ made }) => {
        const [wanted, account] = [wish(), newAccount()]
        const plan = planFor(wanted)
        const sight = await putInPlace(plan, wanted, { account, made })
        return { plan, sight, ...account }
      }),
    uninstall: () =>
      alone(machine, async (folders) => {
        const installed = manifest().schedules['default']
        if (installed === undefined) throw new Error('it is not installed')
        const farewell = { slug: 'default', installed, manifest: manifest(), machine, now: Date.now() }
        folders.clear.push(...(await takeAway(farewell, newAccount())).clear)
      }),
  }
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()

describe('the installer on a Mac', () => {
  it('puts lists and script in place, has the jobs begin, reads them back, and takes all of it away again', async () => {
    const { install, uninstall, jobs, machine } = stage()
    mkdirSync(join(machine.home, 'Library/LaunchAgents'), { recursive: true })
    writeFileSync(join(machine.home, 'Library/LaunchAgents/com.other.plist'), 'of somebody else')
    const before = readdirSync(machine.home, { recursive: true }).sort()
    const { sight, notes } = await install()
    expect(notes).toEqual([])
    expect(sight).toMatchObject({ active: { known: true, value: true } })
    expect(jobs()).toHaveLength(2)
    expect(filesBelow(machine.home)).toEqual([
      'com.other.plist',
      'default.sh',
      'dev.gt-heartbeat.default.lifecycle.plist',
      'dev.gt-heartbeat.default.plist',
      'installed.json',
    ])
    await uninstall()
    expect(jobs()).toEqual([])
    expect(readdirSync(machine.home, { recursive: true }).sort()).toEqual(before)
  })

  it('does nothing the second time, and keeps a list that somebody edited beside', async () => {
    const { install, agents, jobs } = stage()
    await install()
    const again = await install()
    expect(isChange(again.plan)).toBe(false)
    expect(again.done).toEqual([])
    const list = join(agents, 'dev.gt-heartbeat.default.plist')
    const text = readFileSync(list, 'utf8')
    writeFileSync(list, text.replace('Interactive', 'Background'))
    await install()
    expect(readFileSync(list, 'utf8')).toBe(text)
    const kept = readdirSync(agents).filter((name) => name.includes('.kept-'))
    expect(kept).toHaveLength(1)
    // launchd loads every list in that folder whose name ends so.
    expect(kept[0]).not.toMatch(/\.plist$/)
    expect(readFileSync(join(agents, kept[0] ?? ''), 'utf8')).toContain('Background')
    expect(jobs()).toHaveLength(2)
    expect(existsSync(list)).toBe(true)
  })
})
