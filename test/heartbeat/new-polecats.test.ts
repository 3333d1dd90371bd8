import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeRecord } from '../../src/domain/ledger.js'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { waysToLook } from '../support/person.js'
import { blockedScreens } from '../support/screens.js'
import { put } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'

const TOAST = 'gastown/polecats/toast'
const SESSION = 'gt-gastown-toast'

let town: FakeTown
const helpers: (() => void)[] = []

beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown')
  town.addWorker(TOAST)
  await town.wake('deacon', 'gastown/witness')
})
afterEach(async () => {
  for (const leave of helpers.splice(0)) leave()
  await town.end()
})

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const outcomesOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, outcome }) => `${kind} ${outcome}`)

/** Announced so many minutes ago. */
function announce(minutesAgo = 0): string {
  const body = `Issue: gt-1\nSession: ${SESSION}`
  return town.sendMail({
    from: 'mayor/',
    subject: 'POLECAT_STARTED gastown/toast',
    body,
    secondsAgo: minutesAgo * 60,
  })
}
const pending = (): readonly { readonly mail_id: string }[] =>
  JSON.parse(town.read('spawn/pending.json') ?? 'null') ?? []

/** An agent that draws a screen and keeps every byte that is typed to it; `next`: what it does after the first ones. */
async function draw(screen: string, { after = 1, next = '' } = {}): Promise<void> {
  const at = (name: string): string => join(town.stage, name)
  put(at('screen'), screen.replaceAll('\n', '\r\n'))
  const keep = `>>'${at('typed')}'`
  const more = next === '' ? '' : `dd bs=1 count=${after} ${keep} 2>/dev/null\nprintf '\\033[2J\\033[H'\n${next}\n`
  put(at('claude'), `#!/bin/sh\nstty raw -echo\ncat '${at('screen')}'\n: ${keep}\n${more}cat ${keep}\n`)
  chmodSync(at('claude'), 0o755)
  town.tmux.start({ name: SESSION, folder: town.folder(TOAST), command: [at('claude')] })
  await waitFor('the screen is drawn', () => existsSync(at('typed')))
}
/** Words of a shell that draw this screen. */
function drawing(screen: string): string {
  put(join(town.stage, 'then'), screen.replaceAll('\n', '\r\n'))
  return `cat '${join(town.stage, 'then')}'`
}
const typed = (): string => readFileSync(join(town.stage, 'typed'), 'utf8')

const input = (text: string): string => `${'─'.repeat(40)}\n❯ ${text}\n${'─'.repeat(40)}\n`
const someScreens = Object.entries(blockedScreens).filter(([, text], index) => index % 6 === 0 && text !== '')

describe('a new polecat', () => {
  it.each(someScreens)('is not typed to while its screen shows %s, and is reported', async (_, screen) => {
    await draw(screen)
    const mail = announce(10)
    for (let round = 0; round < 2; round += 1) {
      const document = await check()
      expect(document.exitCode).toBe(1)
      const [finding] = document.findings.filter(({ verdict }) => verdict === 'blocked')
      expect(finding?.because).toMatch(/is not told to begin: its screen shows ".+" where an empty prompt is expected/)
      expect(typed()).toBe('')
      expect(pending()).toMatchObject([{ mail_id: mail }])
    }
  })

  it('whose screen shows a menu for half an hour is reported to its witness once', async () => {
    await draw(blockedScreens['Claude Code: trust this folder?'] ?? '')
    announce()
    expect((await check()).actions.map(({ kind }) => kind)).not.toContain('notify')
    const attention = { condition: 'blocked', since: Date.now() - 31 * 60_000 } as const
    town.changeLedger((ledger) => changeRecord(ledger, TOAST, (record) => ({ ...record, attention })))
    expect(outcomesOf(await check())).toContain('notify done')
    expect((await check()).actions.map(({ kind }) => kind)).not.toContain('notify')
    expect(town.mails('gastown/witness').map(({ title }) => title)).toEqual([
      expect.stringMatching(/^NEEDS_ATTENTION: gastown\/polecats\/toast has been blocked for 31m\d+s$/),
    ])
  })

  it('is told to begin once a person has answered the menu', async () => {
    const next = `stty sane; exec '${join(town.programs.bin, 'claude')}'`
    await draw(blockedScreens['Claude Code: trust this folder?'] ?? '', { next })
    announce()
    await check()
    expect(typed()).toBe('')
    town.tmux.tmux('send-keys', '-t', `=${SESSION}:`, '1')
    await waitFor('it shows its prompt', () => /^> *$/m.test(town.tmux.screen(SESSION)))
    expect(outcomesOf(await check())).toContain('trigger-spawn done')
    await waitFor('it heard', () => town.tmux.screen(SESSION).includes('heard: Begin.'))
  })

  it('whose menu comes up under the word gets no Enter, and is reported', async () => {
    await draw(input(''), { next: drawing(blockedScreens['Claude Code: bypass permissions?'] ?? ''), after: 3 })
    const mail = announce()
    const first = await check()
    expect(first.actions.find(({ kind }) => kind === 'trigger-spawn')?.deferred).toContain('Enter was not pressed')
    const second = await check()
    expect(second.findings.map(({ verdict }) => verdict)).toContain('blocked')
    expect(second.exitCode).toBe(1)
    expect(typed()).toBe('Begin.')
    expect(pending()).toMatchObject([{ mail_id: mail }])
  })

  const enter: Readonly<Record<string, () => unknown>> = {
    'copy mode with vi keys': () => {
      town.tmux.tmux('set-option', '-wg', 'mode-keys', 'vi')
      return town.tmux.tmux('copy-mode', '-t', `=${SESSION}:`)
    },
    'copy mode with emacs keys': () => {
      town.tmux.tmux('set-option', '-wg', 'mode-keys', 'emacs')
      return town.tmux.tmux('copy-mode', '-t', `=${SESSION}:`)
    },
    'a chooser': () => town.tmux.tmux('choose-tree', '-t', `=${SESSION}:`),
    'the clock': () => town.tmux.tmux('clock-mode', '-t', `=${SESSION}:`),
  }
  it.each(Object.keys(enter))('whose pane is in %s hears its word once', async (mode) => {
    await town.wake(TOAST)
    enter[mode]?.()
    announce()
    expect(outcomesOf(await check())).toContain('trigger-spawn done')
    await waitFor('it heard', () => town.tmux.screen(SESSION).includes('heard: Begin.'))
    await check()
    expect(town.tmux.screen(SESSION).match(/heard:/g)).toHaveLength(1)
    expect(pending()).toEqual([])
  })

  it('that a person reads in copy mode is left in it, and hears its word when they are gone', async () => {
    await town.wake(TOAST)
    await waysToLook['attached to its session read-only']?.(town, TOAST, helpers)
    enter['copy mode with vi keys']?.()
    announce()
    const waits = await check()
    expect(outcomesOf(waits)).toContain('trigger-spawn deferred')
    expect([waits.exitCode, waits.findings.map(({ state }) => state)]).toEqual([1, ['blocked']])
    expect(town.tmux.tmux('display-message', '-p', '-t', `=${SESSION}:`, '#{pane_in_mode}')).toBe('1\n')
    for (const leave of helpers.splice(0)) leave()
    await waitFor('the person is gone', () => town.tmux.sessions().every(({ attached }) => attached === 0))
    expect(outcomesOf(await check())).toContain('trigger-spawn done')
    await waitFor('it heard', () => town.tmux.screen(SESSION).includes('heard: Begin.'))
  })

  it('whose pane takes no keys is not counted as told', async () => {
    await town.wake(TOAST)
    town.tmux.tmux('select-pane', '-d', '-t', `=${SESSION}:`)
    const mail = announce()
    const { actions } = await check()
    expect(actions.find(({ kind }) => kind === 'trigger-spawn')?.deferred).toContain('its pane takes no keys')
    expect(pending()).toMatchObject([{ mail_id: mail }])
    town.tmux.tmux('select-pane', '-e', '-t', `=${SESSION}:`)
    expect(outcomesOf(await check())).toContain('trigger-spawn done')
    await waitFor('it heard', () => town.tmux.screen(SESSION).includes('heard: Begin.'))
  })

  it('hears its word where the keys of one pane go to all, and the other pane is dead', async () => {
    await town.wake(TOAST)
    town.tmux.tmux('set-option', '-w', '-t', `=${SESSION}:`, 'remain-on-exit', 'on')
    town.tmux.tmux('set-option', '-w', '-t', `=${SESSION}:`, 'synchronize-panes', 'on')
    town.tmux.tmux('split-window', '-t', `=${SESSION}:`, 'true')
    await waitFor('the other pane is dead', () => {
      town.tmux.tmux('run-shell', 'true')
      return town.tmux.tmux('list-panes', '-t', `=${SESSION}:`, '-F', '#{pane_dead}') === '0\n1\n'
    })
    announce()
    expect(outcomesOf(await check())).toContain('trigger-spawn done')
  })

  it.each(['attached to a session of its group', 'attached to another session that shows its window'])(
    'is not typed to while a person is %s',
    async (way) => {
      await town.wake(TOAST)
      await waysToLook[way]?.(town, TOAST, helpers)
      announce()
      expect(outcomesOf(await check())).toContain('trigger-spawn deferred')
      expect(town.tmux.screen(SESSION)).not.toContain('Begin.')
    },
  )
})
