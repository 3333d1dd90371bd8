import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeRecord } from '../../src/domain/ledger.js'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { only, refuses } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'
const MINUTE = 60_000
const longAgo = new Date(Date.now() - 48 * 60 * MINUTE)

let town: FakeTown

beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown', { ownDatabase: true })
  await town.wake('deacon', WITNESS)
})
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

/** Makes the ledger say that an agent was missing this much earlier already. */
function missingSince(who: string, minutes: number): void {
  const absentSince = Date.now() - minutes * MINUTE
  town.changeLedger((ledger) => changeRecord(ledger, who, (record) => ({ ...record, absentSince })))
}

describe('a working bead without a session', () => {
  it('is marked dead in its own database when it was missing in two checks a minute apart, and nothing else in it changes', async () => {
    town.setBead('gastown/refinery', { state: 'working', updatedAt: longAgo })
    const before = town.bead('gastown/refinery').description
    expect((await check()).actions).toEqual([])
    expect((await check()).actions).toEqual([])
    missingSince('gastown/refinery', 2)
    expect(deedsOf(await check())).toEqual(['mark-dead gastown/refinery done'])
    const after = town.bead('gastown/refinery').description
    const wanted = before.replace('agent_state: working', 'agent_state: dead')
    expect(after.startsWith(wanted)).toBe(true)
    expect(after.slice(wanted.length)).toMatch(/^\n+.*\d{4}-\d\d-\d\d.*$/s)
    expect((await check()).actions).toEqual([])
  })

  it('that was updated of late, or says it is idle, is left as it is', async () => {
    town.setBead('gastown/refinery', { state: 'working' })
    town.setBead('mayor', { state: 'idle', updatedAt: longAgo })
    await check()
    missingSince('gastown/refinery', 5)
    missingSince('mayor', 5)
    expect((await check()).actions).toEqual([])
  })

  it('that recovers while it is being marked is left as it is', async () => {
    town.setBead('gastown/refinery', { state: 'working', updatedAt: longAgo })
    await check()
    missingSince('gastown/refinery', 2)
    const recovered = `sed -i 's/agent_state: working/agent_state: idle/' gastown/mayor/rig/.beads/issues/gt-gastown-refinery.json 2>/dev/null ||
      sed -i 's/agent_state: working/agent_state: idle/' .beads/issues/gt-gastown-refinery.json\n`
    town.programs.spoil('bd', only('*show*', recovered))
    await check()
    expect(town.bead('gastown/refinery').description).toContain('agent_state: idle')
  })
})

describe('work that does not move', () => {
  beforeEach(() => {
    town.configure({ guppAfter: '1s' })
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1', updatedAt: longAgo })
  })

  it('is told to the witness once, from the checker, and the agent is not touched', async () => {
    await town.wake(TOAST)
    const before = town.tmux.sessions()
    const document = await waitFor('the pane was silent', async () => {
      const seen = await check()
      return seen.actions.length > 0 && seen
    })
    expect(deedsOf(document)).toEqual([`notify ${TOAST} done`])
    expect(document).toMatchObject({ exitCode: 1, findings: [{ agent: TOAST, verdict: 'stalled' }] })
    expect((await check()).actions).toEqual([])
    const [mail, ...more] = town.mails('gastown/witness')
    expect(more).toEqual([])
    expect(mail?.created_by).toBe('gt-heartbeat/check')
    expect(mail?.title).toMatch(/^GUPP_VIOLATION: gt-gastown-polecat-toast stuck for 48h\dm0s$/)
    expect(mail?.description).toMatch(
      /^Agent gt-gastown-polecat-toast has work on hook but isn't progressing\.\n\nhook_bead: gt-w1\nstuck_duration: 48h\dm0s\n\nAction needed: Check if agent is alive and responsive\. Consider restarting if stuck\.$/,
    )
    expect(town.tmux.sessions()).toEqual(before)
  })

  it('is told again after six hours', async () => {
    await town.wake(TOAST)
    await waitFor('the notice', async () => (await check()).actions.length > 0)
    const at = Date.now() - 7 * 60 * MINUTE
    town.changeLedger((ledger) => {
      const notices = Object.entries(ledger.notices).map(([key, notice]) => [key, { ...notice, at }])
      return { ...ledger, notices: Object.fromEntries(notices) }
    })
    await check()
    expect(town.mails('gastown/witness')).toHaveLength(2)
  })

  it('goes to the mayor when the witness cannot read it', async () => {
    await town.wake(TOAST)
    await town.crash(WITNESS)
    town.programs.spoil('claude', refuses('no licence', 7))
    await waitFor('the notice', async () => {
      await check()
      return town.mails('mayor/').length > 0
    })
    expect(town.mails('gastown/witness')).toEqual([])
  })

  it('is tried again when the mail could not be sent', async () => {
    await town.wake(TOAST)
    town.programs.spoil('gt', refuses('Error: no route'))
    const failed = await waitFor('a try', async () => {
      const seen = await check()
      return seen.actions.length > 0 && seen
    })
    expect(failed.actions).toMatchObject([{ kind: 'notify', outcome: 'failed' }])
    expect(failed.exitCode).toBe(2)
    town.programs.mend('gt')
    expect(deedsOf(await check())).toEqual([`notify ${TOAST} done`])
    expect(town.mails('gastown/witness')).toHaveLength(1)
  })

  it('of a dead agent that cannot be brought back is told to the witness as orphaned, once', async () => {
    town.setBead('gastown/polecats/gone', { state: 'dead', hook: 'gt-w1' })
    await check()
    await check()
    const mails = town.mails('gastown/witness').filter(({ title }) => title.startsWith('ORPHANED_WORK'))
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({
      title: 'ORPHANED_WORK: gt-gastown-polecat-gone has hooked work but is dead',
      description:
        'Agent gt-gastown-polecat-gone is dead but has work on its hook.\n\nhook_bead: gt-w1\n\nAction needed: Either restart the agent or reassign the work.',
    })
  })
})

describe('the first check after a long gap', () => {
  it('starts what is dead, but sends no notice and marks nobody', async () => {
    town.configure({ guppAfter: '1s' })
    await check()
    await town.crash('deacon')
    town.addWorker(TOAST)
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1', updatedAt: longAgo })
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    await town.wake(TOAST)
    town.setBead('gastown/refinery', { state: 'working', updatedAt: longAgo })
    missingSince('gastown/refinery', 600)
    const at = Date.now() - 10 * 60 * MINUTE
    const lastComplete = { startedAt: at - 1000, endedAt: at, intervalSeconds: 300 }
    town.changeLedger((ledger) => ({ ...ledger, lastComplete }))
    const document = await check()
    expect(deedsOf(document)).toEqual(['start deacon done'])
    expect(town.mails('gastown/witness')).toEqual([])
  })
})

describe('a polecat that was just made', () => {
  const announce = (session = 'gt-gastown-toast', secondsAgo = 0): string =>
    town.sendMail({
      from: 'mayor',
      subject: 'POLECAT_STARTED gastown/toast',
      body: `Issue: gt-w1\nSession: ${session}`,
      secondsAgo,
    })

  it('hears Begin. exactly once, and its mail is closed after it was written down', async () => {
    town.addWorker(TOAST)
    await town.wake(TOAST)
    const mail = announce()
    await check()
    await waitFor('it heard', () => town.tmux.screen('gt-gastown-toast').includes('heard: Begin.'))
    expect(town.issue(mail)?.status).toBe('closed')
    await check()
    expect(town.tmux.screen('gt-gastown-toast').match(/heard:/g)).toHaveLength(1)
    expect(JSON.parse(town.read('spawn/pending.json') ?? 'null') ?? []).toEqual([])
  })

  it('is never typed to when its mail names no session', async () => {
    town.addWorker(TOAST)
    await town.wake(TOAST)
    announce('')
    await check()
    for (const { name } of town.tmux.sessions()) expect(town.tmux.screen(name)).not.toContain('Begin')
  })

  it.each([
    ['whose folder is missing', 'refused', () => undefined],
    [
      'whose folder is missing while its session stands',
      'refused',
      async () => {
        await town.wake(TOAST)
        rmSync(town.folder(TOAST), { recursive: true })
      },
    ],
    [
      'whose pane runs an unknown program',
      'given-up',
      () => {
        town.addWorker(TOAST)
        const place = { name: town.session(TOAST), folder: town.folder(TOAST), environment: {} }
        town.tmux.start({ ...place, command: ['sleep', '600'] })
      },
    ],
  ])('%s is taken off the list after five minutes, which is said once', async (_, verdict, make) => {
    await make()
    const late = announce('gt-gastown-toast', 301)
    const document = await check()
    expect(document.exitCode).toBe(1)
    expect(document.findings).toContainEqual(expect.objectContaining({ verdict, wantsPerson: true }))
    expect(town.issue(late)?.status).toBe('closed')
    const pending = JSON.parse(town.read('spawn/pending.json') ?? 'null') ?? []
    expect(pending.map(({ mail_id }: { mail_id: string }) => mail_id)).not.toContain(late)
    const after = await check()
    expect(after.actions).toEqual([])
    expect(after.findings.filter(({ evidence }) => evidence['mail'] === late)).toEqual([])
  })

  it('is forgotten when its session is gone', async () => {
    town.addWorker(TOAST)
    const mail = announce()
    await check()
    await check()
    expect(town.issue(mail)?.status).toBe('closed')
    expect(JSON.parse(town.read('spawn/pending.json') ?? 'null') ?? []).toEqual([])
  })
})
