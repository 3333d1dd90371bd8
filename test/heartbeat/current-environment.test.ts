import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { PROGRAM } from '../support/run-check.js'
import { waitFor } from '../support/wait-for.js'

// A profile is read only where a check has something to start and nobody's shell has read it already.
const WITNESS = 'demo/witness'

let town: FakeTown
beforeEach(async () => {
  town = raiseTown({ kind: 'current' })
  town.addRig('demo')
  town.configure({ launchShell: '/bin/sh' })
  town.write('../home/.profile', 'printf x >>"$HOME/read"\nexport SECRET=x\n')
  await town.wake('deacon')
})
afterEach(() => town.end())

const secretOf = (who: string) =>
  waitFor(`${who} runs`, () => {
    const agents = town.programs
      .calls()
      .filter(({ program, args }) => program === 'claude' && !args.includes('--awake'))
    const started = agents.find(({ env }) => env['GT_ROLE'] === who)
    return started && { secret: started.env['SECRET'] }
  })

it.each(['timer', 'cron', 'launchd', undefined])('a check by %s asks the login shell once', async (trigger) => {
  const env = { ...town.env, ...(trigger === undefined ? {} : { GT_HEARTBEAT_TRIGGER: trigger }) }
  await town.crash('deacon')
  await town.run(['--once'], { env })
  expect(await secretOf(WITNESS)).toEqual({ secret: 'x' })
  expect(await secretOf('deacon')).toEqual({ secret: 'x' })
  expect(town.read('../home/read')).toBe('x')
})

it('a check that starts nobody asks no shell, nor does a dry run', async () => {
  await town.wake(WITNESS)
  await town.run(['--once'])
  await town.crash(WITNESS)
  await town.run(['--once', '--dry-run'])
  expect(town.read('../home/read')).toBeUndefined()
})

it('a check from a terminal goes by what the terminal has', async () => {
  const command = [process.execPath, PROGRAM, '--once', '--town', town.root]
  const environment = { SECRET: 'typed' }
  town.tmux.start({ name: 'person', folder: town.stage, command, environment })
  expect(await secretOf(WITNESS)).toEqual({ secret: undefined })
  const [call] = town.programs.calls().filter(({ program, args }) => program === 'gt' && args[0] === 'witness')
  expect(call?.env['SECRET']).toBe('typed')
  expect(town.read('../home/read')).toBeUndefined()
})
