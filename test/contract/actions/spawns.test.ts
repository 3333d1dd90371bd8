import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetSpawn } from '../../../src/actions/forget-spawn.js'
import { recordSpawns } from '../../../src/actions/record-spawns.js'
import { triggerSpawn } from '../../../src/actions/trigger-spawn.js'
import type { RecordSpawns, TriggerSpawn } from '../../../src/domain/action.js'
import type { PendingSpawn } from '../../../src/domain/snapshot.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { agentOf } from '../../support/stage-names.js'
import { only, refuses } from '../../support/stand-ins.js'
import { waitFor } from '../../support/wait-for.js'
import { attach, performingIn } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown')
})
afterEach(() => fake.end())

const who = 'gastown/polecats/toast'
const file = 'spawn/pending.json'
const spawnOf = (mailId: string): PendingSpawn => ({
  rig: 'gastown',
  polecat: 'toast',
  session: 'gt-gastown-toast',
  issue: 'gt-7',
  spawnedAt: Date.UTC(2026, 0, 5, 10),
  mailId,
})
const announce = () =>
  fake.sendMail({ from: 'mayor/', subject: 'POLECAT_STARTED gastown/toast', body: 'Session: gt-gastown-toast' })
const record = (...spawns: readonly PendingSpawn[]): RecordSpawns => ({
  kind: 'record-spawns',
  rule: 'pending-spawns',
  because: 'announced by mail',
  agent: undefined,
  spawns,
})
const trigger = (more: Partial<TriggerSpawn> = {}): TriggerSpawn => ({
  kind: 'trigger-spawn',
  rule: 'pending-spawns',
  because: 'its prompt is there',
  agent: agentOf(who),
  spawn: spawnOf('gm-1'),
  enterOnly: false,
  ...more,
})
const listed = () => JSON.parse(fake.read(file) ?? 'null')

describe('announced spawns', () => {
  it('are put on the list as gt writes it, and then their mails are closed', async () => {
    const id = announce()
    const copy = join(fake.stage, 'copy.json')
    fake.programs.spoil('bd', only('close*', `cp '${join(fake.root, file)}' '${copy}'\n`))
    expect(await recordSpawns(performingIn(fake), record(spawnOf(id)))).toMatchObject({ outcome: 'done' })
    expect(fake.issue(id)?.status).toBe('closed')
    expect(fake.read(file)).toBe(
      `[\n  {\n    "rig": "gastown",\n    "polecat": "toast",\n    "session": "gt-gastown-toast",\n    "issue": "gt-7",\n    "spawned_at": "2026-01-05T10:00:00.000Z",\n    "mail_id": "${id}"\n  }\n]`,
    )
    expect(readFileSync(copy, 'utf8')).toBe(fake.read(file))
    expect(statSync(join(fake.root, file)).mode & 0o777).toBe(0o644)
  })

  it('are listed once, beside what is there and whatever it says', async () => {
    const [one, two] = [announce(), announce()]
    fake.write(file, JSON.stringify([{ mail_id: one, further: 1 }, 'odd']))
    expect(await recordSpawns(performingIn(fake), record(spawnOf(one), spawnOf(two)))).toMatchObject({
      outcome: 'done',
    })
    expect(listed()).toMatchObject([{ mail_id: one, further: 1 }, 'odd', { mail_id: two }])
    expect([one, two].map((id) => fake.issue(id)?.status)).toEqual(['closed', 'closed'])
  })

  it.each(['{', '{}', '"x"'])(
    'on a list that is none (%j) fail, and neither the file nor the mail is touched',
    async (text) => {
      const id = announce()
      fake.write(file, text)
      expect(await recordSpawns(performingIn(fake), record(spawnOf(id)))).toMatchObject({
        outcome: 'failed',
        error: expect.stringContaining(file),
      })
      expect(fake.read(file)).toBe(text)
      expect(fake.issue(id)?.status).toBe('open')
    },
  )
})

describe('a polecat at its prompt', () => {
  const screen = () => fake.tmux.screen(fake.session(who))
  const typedTo = () =>
    fake.programs
      .calls()
      .filter(({ program, args }) => program === 'tmux' && args.some((word) => word.startsWith('send-keys')))

  const say = (text: string) => {
    fake.tmux.tmux('send-keys', '-t', `=${fake.session(who)}:`, '-l', text)
    return waitFor('it is typed', () => screen().includes(`> ${text}`))
  }

  it('is told to begin, taken off the list, and never told again for this mail', async () => {
    fake.addWorker(who)
    await fake.wake(who)
    fake.write(file, JSON.stringify([{ mail_id: 'gm-1' }, { mail_id: 'gm-2' }]))
    const performing = performingIn(fake)
    const copy = join(fake.stage, 'copy.json')
    fake.programs.spoil('tmux', only('*send-keys*-l*', `cp '${performing.town.ledger.path}' '${copy}'\n`))
    expect(await triggerSpawn(performing, trigger())).toMatchObject({ outcome: 'done' })
    await waitFor('it has heard', () => screen().includes('heard: Begin.'))
    expect(screen().match(/heard/g)).toHaveLength(1)
    expect(JSON.parse(readFileSync(copy, 'utf8')).typing).toHaveProperty('gm-1')
    expect(listed()).toEqual([{ mail_id: 'gm-2' }])
    const { typing, typed } = performing.town.ledger.current()
    expect(typing).toEqual({})
    expect(Object.keys(typed ?? {})).toEqual(['gm-1'])
    // Its prompt says so too: a second try is none.
    expect(await triggerSpawn(performing, trigger())).toMatchObject({ outcome: 'deferred' })
  })

  it('into which an earlier check typed gets Enter only', async () => {
    fake.addWorker(who)
    await fake.wake(who)
    await say('Begin.')
    expect(await triggerSpawn(performingIn(fake), trigger({ enterOnly: true }))).toMatchObject({ outcome: 'done' })
    await waitFor('it has heard', () => screen().includes('heard: Begin.\n'))
    expect(typedTo()).toHaveLength(1)
  })

  it.each<[string, () => Promise<unknown>, Partial<TriggerSpawn>]>([
    ['a person is attached', () => attach(fake, who), {}],
    ['its prompt has text in it', () => say('Begin.'), {}],
    ['the mail names no session', async () => undefined, { spawn: { ...spawnOf('gm-1'), session: '' } }],
    [
      "the mail names somebody else's session",
      async () => undefined,
      { spawn: { ...spawnOf('gm-1'), session: 'gt-deacon' } },
    ],
  ])('is not typed into when %s', async (_, happen, more) => {
    fake.addWorker(who)
    await fake.wake(who, 'deacon')
    await happen()
    const before = typedTo().length
    const performing = performingIn(fake)
    expect(await triggerSpawn(performing, trigger(more))).toMatchObject({ outcome: 'deferred' })
    expect(typedTo()).toHaveLength(before)
    expect(performing.town.ledger.current().typing).toEqual({})
  })

  it('is not typed into when its session is gone or the gate is closed', async () => {
    expect(await triggerSpawn(performingIn(fake), trigger())).toMatchObject({ outcome: 'deferred' })
    fake.addWorker(who)
    await fake.wake(who)
    const closed = performingIn(fake, { forbidden: () => 'ESTOP' })
    expect(await triggerSpawn(closed, trigger())).toMatchObject({ outcome: 'deferred' })
    expect(typedTo()).toEqual([])
  })

  it.each<[string, string]>([
    ['fails', 'work "$@"\nexit 1\n'],
    ['is killed', 'work "$@"\nkill -KILL $$\n'],
    ['prints without end', 'work "$@"\nexec yes\n'],
  ])('whose word is typed by a tmux that then %s is known to have it', async (_, lines) => {
    fake.addWorker(who)
    await fake.wake(who)
    const performing = performingIn(fake)
    fake.programs.spoil('tmux', only('*send-keys*Begin*', lines))
    expect(await triggerSpawn(performing, trigger())).toMatchObject({ outcome: 'failed' })
    expect(Object.keys(performing.town.ledger.current().typing)).toEqual(['gm-1'])
    fake.programs.mend('tmux')
    await waitFor('its input line shows the word', () => screen().includes('Begin.'))
    expect(await triggerSpawn(performing, trigger({ enterOnly: true }))).toMatchObject({ outcome: 'done' })
    await waitFor('it has heard', () => screen().includes('heard: Begin.\n'))
  })

  it('to whose session nothing can be typed any more is not taken to have been typed to', async () => {
    fake.addWorker(who)
    await fake.wake(who)
    const performing = performingIn(fake)
    fake.programs.spoil('tmux', only('*send-keys*', refuses("can't find pane: gt-gastown-toast")))
    expect(await triggerSpawn(performing, trigger())).toMatchObject({ outcome: 'failed' })
    expect(performing.town.ledger.current().typing).toEqual({})
  })

  it('whose Enter fails is known to have been typed to', async () => {
    fake.addWorker(who)
    await fake.wake(who)
    const performing = performingIn(fake)
    fake.programs.spoil('tmux', only('*send-keys*Enter*', refuses('no')))
    expect(await triggerSpawn(performing, trigger())).toMatchObject({ outcome: 'failed' })
    expect(Object.keys(performing.town.ledger.current().typing)).toEqual(['gm-1'])
  })
})

describe('a spawn that is forgotten', () => {
  it('is off the list and out of the ledger; the last one leaves what gt writes for none', async () => {
    fake.write(file, JSON.stringify([{ mail_id: 'gm-1' }]))
    const performing = performingIn(fake)
    performing.town.ledger.change((ledger) => ({ ...ledger, typing: { 'gm-1': Date.now(), 'gm-2': Date.now() } }))
    const action = { kind: 'forget-spawn', rule: 'r', because: 'b', agent: undefined, spawn: spawnOf('gm-1') } as const
    expect(await forgetSpawn(performing, action)).toMatchObject({ outcome: 'done' })
    expect(fake.read(file)).toBe('null')
    expect(Object.keys(performing.town.ledger.current().typing)).toEqual(['gm-2'])
  })

  it('makes no file where there is none', async () => {
    const action = { kind: 'forget-spawn', rule: 'r', because: 'b', agent: undefined, spawn: spawnOf('gm-1') } as const
    expect(await forgetSpawn(performingIn(fake), action)).toMatchObject({ outcome: 'done' })
    expect(existsSync(join(fake.root, 'spawn'))).toBe(false)
  })
})
