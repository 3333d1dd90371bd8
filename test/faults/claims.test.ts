// Claims of docs/failures.md that no other test would notice to be false: whole checks from the command line.
import { afterEach, describe, expect, it } from 'vitest'
import { entrySchema } from '../../src/remember/history-schema.js'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import type { StageKindName } from '../support/stage-kind.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'

let town: FakeTown
afterEach(() => town.end())

async function raise(kind: StageKindName, ...awake: readonly string[]): Promise<void> {
  town = raiseTown({ kind })
  town.addRig('gastown')
  await town.wake(...awake)
}

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

/** Checks until one has something to do. */
const firstDeeds = (): Promise<CheckDocument> =>
  waitFor('a check that does something', async () => {
    const seen = await check()
    return seen.actions.length > 0 && seen
  })

describe('a screen that no restart mends', () => {
  it.each([
    ['a usage limit', "You've hit your limit. It resets 3pm (UTC)"],
    ['a login that is asked for', 'Not logged in. Please run /login'],
  ])('with %s is shown to people, and its agent is left alone', async (_, words) => {
    const longAgo = new Date(Date.now() - 48 * 3_600_000)
    await raise('classic', 'deacon', WITNESS)
    town.configure({ guppAfter: '1s' })
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1', updatedAt: longAgo })
    town.programs.spoil('claude', `echo "${words}"\n`)
    await town.wake(TOAST)
    const before = town.tmux.sessions()
    const document = await firstDeeds()
    expect(deedsOf(document)).toEqual([`notify ${TOAST} done`])
    expect(document).toMatchObject({ exitCode: 1, findings: [{ agent: TOAST, verdict: 'stalled' }] })
    expect(JSON.stringify(document.findings[0]?.evidence)).toContain(words)
    expect((await check()).actions).toEqual([])
    expect(town.tmux.sessions()).toEqual(before)
  })
})

describe('a paused deacon', () => {
  const pause = (): void => town.write('.runtime/deacon/paused.json', '{"paused":true,"reason":"upgrade"}')

  it('that is dead stays down, and the reason is said', async () => {
    await raise('current', WITNESS)
    pause()
    const document = await check()
    expect(deedsOf(document)).toEqual([])
    expect(document.findings).toMatchObject([{ agent: 'deacon', because: expect.stringContaining('paused') }])
  })

  it('that lives is left as it is', async () => {
    await raise('current', 'deacon', WITNESS)
    const before = town.tmux.sessions()
    pause()
    expect(deedsOf(await check())).toEqual([])
    expect(town.tmux.sessions()).toEqual(before)
  })
})

describe('the history', () => {
  it('says of each start by which rule it was, what was seen, and how the one before had died', async () => {
    await raise('classic', WITNESS)
    town.configure({ zombieGrace: '1s' })
    town.tmux.tmux('set-option', '-g', 'remain-on-exit', 'on')
    town.tmux.start({ name: 'gt-deacon', folder: town.folder('deacon'), command: ['sh', '-c', 'sleep 0.2; exit 7'] })
    await waitFor('its pane is dead', () => {
      // tmux can miss the end of a pane's process until another child of its own ends.
      town.tmux.tmux('run-shell', 'true')
      return town.tmux.tmux('list-panes', '-a', '-F', '#{pane_dead_status}').includes('7')
    })
    const { run } = await firstDeeds()
    const lines = (town.read('daemon/heartbeat/history.jsonl') ?? '').trimEnd().split('\n')
    const deeds = lines.map((line) => entrySchema.parse(JSON.parse(line))).filter(({ type }) => type === 'deed')
    expect(deeds).toMatchObject([
      {
        run: run.id,
        rule: 'deacon-running',
        kind: 'start',
        agent: 'deacon',
        outcome: 'done',
        evidence: { beadAgeSeconds: null },
        death: { status: 7 },
      },
    ])
  })
})
