import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../support/check-document.js'
import { digest } from '../support/digest.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'

const WITNESS = 'demo/witness'
const RUST = 'demo/polecats/rust'

let town: FakeTown

beforeEach(async () => {
  town = raiseTown({ kind: 'current' })
  town.addRig('demo')
  town.addWorker(RUST)
  for (const who of ['deacon', 'mayor', WITNESS, 'demo/refinery']) town.setBead(who)
  town.setBead(RUST, { state: 'spawning', hook: 'de-w1' })
  town.addIssue({ id: 'de-w1', status: 'hooked', assignee: RUST }, 'demo')
  await town.wake('deacon', WITNESS, RUST)
})
afterEach(() => town.end())

const programsOf = (check: Check): readonly string[] => check.calls.map(({ program }) => program).sort()

describe('a healthy current town', () => {
  it('with one rig costs one tmux and two bd', async () => {
    await town.run(['--once'])
    const check = await town.run(['--once', '--json'])
    expect(check).toMatchObject({ exitCode: 0, stderr: '' })
    expect(programsOf(check)).toEqual(['bd', 'bd', 'tmux'])
    const { verdict, actions, findings, blindSpots, town: seenTown } = readDocument(check.stdout)
    expect({ verdict, actions, findings, blindSpots }).toEqual({
      verdict: 'ok',
      actions: [],
      findings: [],
      blindSpots: [],
    })
    expect(seenTown).toEqual({ root: town.root, dialect: 'current', socket: town.tmux.socket })
  })

  it('is asked in the words the contract pins, on its own socket, and for nothing that writes', async () => {
    const foreign = { GT_ROLE: 'mayor', GT_SESSION: 'hq-mayor', BD_ACTOR: 'x', BEADS_DIR: '/nowhere', CLAUDECODE: '1' }
    await town.run(['--once'])
    const { calls } = await town.run(['--once'], { env: { ...town.env, ...foreign } })
    const asked = calls.filter(({ program }) => program === 'bd')
    expect(asked.map(({ args }) => args.join(' ')).sort()).toEqual([
      '--readonly list --label gt:agent --include-infra --json --limit 0',
      '--readonly list --label gt:message --assignee deacon/ --status open --json --limit 0',
    ])
    for (const call of asked) {
      expect(call.cwd).toBe(town.root)
      expect(call.env).toMatchObject({
        BEADS_DOLT_AUTO_START: '0',
        BD_BACKUP_ENABLED: 'false',
        GT_TOWN_ROOT: town.root,
        GT_DOLT_PORT: '3307',
        BEADS_DOLT_PORT: '3307',
      })
      for (const name of Object.keys(foreign)) expect(call.env).not.toHaveProperty(name)
    }
    const [tmux] = calls.filter(({ program }) => program === 'tmux')
    expect(tmux?.args.slice(0, 3)).toEqual(['-u', '-S', town.tmux.socket])
  })

  it('is left as it was, but for what the checks keep of their own', async () => {
    await town.run(['--once'])
    const others = () => [...digest(town.root)].filter(([path]) => path !== '' && !path.startsWith('daemon'))
    const before = others()
    await town.run(['--once'])
    expect(others()).toEqual(before)
  })

  it('needs no mayor, no refinery, no boot and no dogs', async () => {
    await town.run(['--once'])
    expect(town.tmux.sessions().map(({ name }) => name)).toEqual(['de-rust', 'de-witness', 'hq-deacon'])
  })
})
