import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { located, only, refuses } from '../../support/stand-ins.js'
import { type TmuxStage, tmuxStage } from '../../support/tmux-stage.js'
import { look, sightOf } from './look.js'

let town: FakeTown
let others: TmuxStage[]

beforeEach(() => {
  town = raiseTown()
  town.addRig('gastown')
  others = []
})
afterEach(async () => {
  for (const other of others) other.stop()
  await town.end()
})

const WITNESS = 'gastown/witness'

/** Another server of the same user: `folder` is what TMUX_TMPDIR would name for it. */
function server(folder: string): TmuxStage {
  const socket = join(town.stage, folder, `tmux-${process.getuid?.() ?? 0}`, 'default')
  const program = located('tmux', process.env['PATH'] ?? '') ?? 'tmux'
  const other = tmuxStage({ program, socket, env: town.env })
  others.push(other)
  return other
}

const raise = (where: TmuxStage, folder = town.root) =>
  where.start({ name: 'gt-gastown-witness', folder, command: [join(town.programs.bin, 'claude')] })

const writeDown = (socket: string) => town.write('daemon/heartbeat/town.json', JSON.stringify({ schema: 1, socket }))

const deaths = { liveness: { state: 'dead' } }

describe('a town that was seen on a socket before', () => {
  it('on the one that the settings name: no other is asked', async () => {
    writeDown(town.tmux.socket)
    raise(server('elsewhere'))
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS)).toMatchObject(deaths)
    expect(snapshot).toMatchObject({ socketConflict: undefined, seenOn: undefined })
  })

  it('and still stands there, while the settings name another: a conflict that names both and the setting', async () => {
    const before = server('before')
    raise(before)
    writeDown(before.socket)
    const { socketConflict, seenOn, ...snapshot } = await look(town)
    expect(socketConflict).toContain(before.socket)
    expect(socketConflict).toContain(town.tmux.socket)
    expect(socketConflict).toContain(`TMUX_TMPDIR is ${town.stage}/s here`)
    expect(seenOn).toBe(before.socket)
    expect(snapshot).toMatchObject({ sessions: 1, spawns: [] })
  })

  it('and the configuration names another: the conflict names that key', async () => {
    const before = server('before')
    raise(before)
    writeDown(before.socket)
    const { socketConflict } = await look(town, { settings: { tmuxSocket: town.tmux.socket } })
    expect(socketConflict).toContain(`tmuxSocket in the configuration says ${town.tmux.socket}`)
  })

  it('and stands on both: a conflict too', async () => {
    const before = server('before')
    raise(before)
    writeDown(before.socket)
    await town.wake('deacon')
    expect((await look(town)).socketConflict).toBeDefined()
  })

  it('even where its session was made in a folder of no town', async () => {
    const before = server('before')
    raise(before, '/')
    writeDown(before.socket)
    expect((await look(town)).socketConflict).toBeDefined()
  })

  it('where only another town stands now: no conflict', async () => {
    const before = server('before')
    const neighbour = raiseTown()
    try {
      raise(before, neighbour.root)
      writeDown(before.socket)
      await town.wake(WITNESS)
      expect(await look(town)).toMatchObject({ socketConflict: undefined, seenOn: town.tmux.socket })
    } finally {
      before.stop()
      await neighbour.end()
    }
  })

  it('where no server is any more: the configured one counts', async () => {
    writeDown(join(town.stage, 'gone/default'))
    await town.wake(WITNESS)
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS).liveness.state).toBe('alive')
    expect(snapshot).toMatchObject({ socketConflict: undefined, seenOn: town.tmux.socket })
  })

  it('that does not answer: nobody can tell', async () => {
    const before = server('before')
    writeDown(before.socket)
    await town.wake(WITNESS)
    town.programs.spoil('tmux', only('*/before/*', refuses('error connecting to it (Permission denied)')))
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS).liveness).toMatchObject({ state: 'unknown', blind: true })
    expect(snapshot.blindSpots[0]?.why).toContain(before.socket)
  })

  it('by another name of the same socket: no conflict', async () => {
    await town.wake(WITNESS)
    writeDown(join(town.stage, 's', '..', 's', `tmux-${process.getuid?.() ?? 0}`, 'default'))
    expect(await look(town)).toMatchObject({ socketConflict: undefined, seenOn: town.tmux.socket })
  })

  it.each(['{', '{"socket":5}', '{"socket":"default"}', 'null'])(
    'in a file that says %s: as if nothing were written',
    async (text) => {
      town.write('daemon/heartbeat/town.json', text)
      await town.wake(WITNESS)
      expect(await look(town)).toMatchObject({ socketConflict: undefined, seenOn: town.tmux.socket, blindSpots: [] })
    },
  )
})

describe('a town that was never seen', () => {
  it('and has a session here: no other socket is asked', async () => {
    raise(server('elsewhere'))
    await town.wake('deacon')
    expect(await look(town)).toMatchObject({ socketConflict: undefined, seenOn: town.tmux.socket })
  })

  it('and has none here, but one on another socket of the user: a conflict', async () => {
    const elsewhere = server('elsewhere')
    raise(elsewhere)
    const { socketConflict, seenOn } = await look(town)
    expect(socketConflict).toContain(elsewhere.socket)
    expect(seenOn).toBe(elsewhere.socket)
  })

  it('is not taken for one whose sessions lie in no town', async () => {
    raise(server('elsewhere'), '/')
    expect(await look(town)).toMatchObject({ socketConflict: undefined, seenOn: undefined })
  })

  it('and may stand on a socket that does not answer: nobody can tell', async () => {
    const elsewhere = server('elsewhere')
    raise(elsewhere)
    town.programs.spoil('tmux', only('*/elsewhere/*', refuses('protocol version mismatch')))
    const snapshot = await look(town)
    expect(sightOf(snapshot, WITNESS).liveness).toMatchObject({ state: 'unknown', blind: true })
    expect(snapshot.blindSpots[0]?.why).toContain(elsewhere.socket)
  })
})
