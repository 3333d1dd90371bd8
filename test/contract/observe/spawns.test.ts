import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SpawnSight } from '../../../src/domain/snapshot.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { waitFor } from '../../support/wait-for.js'
import { look } from './look.js'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
  town.addRig('r')
})
afterEach(() => town.end())

const spawned_at = new Date().toISOString()
const entry = (polecat: string, session = `gt-r-${polecat}`) => ({
  rig: 'r',
  polecat,
  session,
  issue: '',
  spawned_at,
  mail_id: `gm-${polecat}`,
})
const pending = (...entries: readonly unknown[]) => town.write('spawn/pending.json', JSON.stringify(entries))
const shown = (spawns: readonly SpawnSight[]) => spawns.map(({ spawn, prompt }) => `${spawn.polecat} ${prompt}`)

/** A session whose agent says these lines and then waits. */
async function show(polecat: string, ...said: readonly string[]): Promise<void> {
  const script = 'for line; do printf "%s\\n" "$line"; done; read -r forever'
  town.tmux.start({
    name: `gt-r-${polecat}`,
    folder: town.root,
    command: ['sh', '-c', script, 'agent', ...said],
  })
  await waitFor(`${polecat} has spoken`, () =>
    said.every((line) => town.tmux.screen(`gt-r-${polecat}`).includes(line.trim())),
  )
}

/** An input line as Claude Code draws it. */
const inputLine = (text: string): readonly string[] => ['────────────', `❯ ${text}`, '────────────']

const settings = { settings: { agentNames: ['sh'] } }

describe('polecats that wait to be told to begin', () => {
  it('are watched side by side, in one window, until they show a prompt', async () => {
    for (const name of ['ready', 'typed', 'begun', 'busy', 'asked']) town.addWorker(`r/polecats/${name}`)
    await show('ready', 'Welcome', ...inputLine(''))
    await show('typed', ...inputLine('Begin.'))
    await show('begun', '> Begin.', 'working', ...inputLine(''))
    await show('busy', 'reading')
    await show('asked', 'Do you trust this folder?', '❯ 1. Yes', '  2. No, exit')
    pending(entry('ready'), entry('typed'), entry('begun'), entry('busy'), entry('asked'))
    const since = performance.now()
    const { spawns } = await look(town, settings)
    expect(shown(spawns)).toEqual(['ready ready', 'typed typed', 'begun begun', 'busy not-ready', 'asked blocked'])
    expect(performance.now() - since).toBeLessThan(8000)
  })

  it('are watched until the prompt comes', async () => {
    town.addWorker('r/polecats/slow')
    town.tmux.start({
      name: 'gt-r-slow',
      folder: town.root,
      command: [
        'sh',
        '-c',
        `sleep 1; printf '%s\\n' ${inputLine('')
          .map((line) => `'${line}'`)
          .join(' ')}; read -r forever`,
      ],
    })
    pending(entry('slow'))
    expect(shown((await look(town, settings)).spawns)).toEqual(['slow ready'])
  })

  it('may be announced by mail only', async () => {
    await town.wake('r/polecats/toast')
    const id = town.sendMail({ from: 'x', subject: 'POLECAT_STARTED r/toast', body: 'Issue: r-1\nSession: gt-r-toast' })
    const { spawns } = await look(town)
    expect(spawns).toMatchObject([{ prompt: 'ready', spawn: { mailId: id, session: 'gt-r-toast', issue: 'r-1' } }])
  })

  it('and are announced by a mail whose spawn is written down already, are one', async () => {
    await town.wake('r/polecats/toast')
    town.sendMail({ id: 'gm-toast', from: 'x', subject: 'POLECAT_STARTED r/toast', body: 'Session: gt-r-toast' })
    pending(entry('toast'))
    expect(shown((await look(town)).spawns)).toEqual(['toast ready'])
  })

  it('are gone with their session', async () => {
    pending(entry('nobody'))
    expect(shown((await look(town)).spawns)).toEqual(['nobody gone'])
  })

  it.each([
    ['', 'cannot-tell'],
    ['gt-deacon', 'cannot-tell'],
    ['=gt-r-toast:', 'gone'],
    ['gt-r-toa', 'gone'],
  ])('and name the session %j are not watched: %s', async (session, prompt) => {
    await town.wake('deacon', 'r/polecats/toast')
    pending(entry('toast', session))
    expect(shown((await look(town)).spawns)).toEqual([`toast ${prompt}`])
    const looks = town.programs
      .calls()
      .filter(({ args, parent }) => parent === process.pid && args.includes('capture-pane'))
    expect(looks).toEqual([])
  })

  it('are not watched while no agent runs in their session: a shell has a prompt too', async () => {
    town.addWorker('r/polecats/toast')
    await town.leaveShell('r/polecats/toast')
    pending(entry('toast'))
    expect(shown((await look(town)).spawns)).toEqual(['toast not-ready'])
  })

  it('are not watched by a lifecycle check', async () => {
    await town.wake('r/polecats/toast')
    pending(entry('toast'))
    expect((await look(town, { mode: 'lifecycle' })).spawns).toEqual([])
  })

  it('cost no look when there are none', async () => {
    await town.wake('r/polecats/toast')
    await look(town)
    const looks = town.programs
      .calls()
      .filter(({ args, parent }) => parent === process.pid && args.includes('capture-pane'))
    expect(looks).toEqual([])
  })
})
