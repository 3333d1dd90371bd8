import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'

let town: FakeTown

const raise = (kind: 'classic' | 'current'): void => {
  town = raiseTown({ kind })
  town.addRig('gastown')
}
afterEach(() => town.end())

/** The user's `.tmux.conf`: the check's own tmux reads it when it begins a server. */
const configureTmux = (...lines: readonly string[]): void => town.write('../home/.tmux.conf', `${lines.join('\n')}\n`)

const runOnce = (): Promise<Check> => town.run(['--once', '--json'])
const errors = ({ stdout }: Check): readonly string[] =>
  readDocument(stdout).actions.flatMap(({ error }) => (error ? [error] : []))
const names = (): readonly string[] => town.tmux.sessions().map(({ name }) => name)
const bothUp = (): readonly string[] => [town.session('deacon'), town.session('gastown/witness')].toSorted()
const modeOf = (who: string): string =>
  town.tmux.tmux('display-message', '-p', '-t', `=${town.session(who)}:`, '#{pane_mode}').trim()

/** Agents are up, alone in their sessions, and the next check finds nothing to do. */
async function expectBothUp(): Promise<void> {
  const check = await runOnce()
  expect({ exitCode: check.exitCode, errors: errors(check) }).toEqual({ exitCode: 0, errors: [] })
  expect(names().toSorted()).toEqual(bothUp())
  const next = await runOnce()
  expect(next.exitCode).toBe(0)
  expect(readDocument(next.stdout).actions).toEqual([])
  expect(names().toSorted()).toEqual(bothUp())
}

/** Options under which both kinds of town work as ever: gt makes the sessions of a current one. */
const harmless = [
  ['base-index 1', ['set -g base-index 1', 'set -g pane-base-index 1']],
  ['default-command', ['set -g default-command "exec cat"']],
  ['a default-shell that does not exist', ['set -g default-shell /nonexistent/shell']],
  ['remain-on-exit on', ['set -g remain-on-exit on']],
  ['remain-on-exit failed', ['set -g remain-on-exit failed']],
  ['exit-empty off', ['set -s exit-empty off']],
  ['detach-on-destroy off', ['set -g detach-on-destroy off']],
  ['automatic-rename and allow-rename', ['set -g automatic-rename on', 'set -g allow-rename on']],
  ['update-environment', ['set -g update-environment "GT_ROLE GT_RIG BD_ACTOR PATH HOME"']],
  ['a syntax error', ['no-such-command', 'set -g no-such-option on']],
] as const

describe.each(['classic', 'current'] as const)('a %s town whose user configured tmux with', (kind) => {
  beforeEach(() => raise(kind))

  it.each(harmless)('%s has its agents started once', async (_, lines) => {
    configureTmux(...lines)
    await expectBothUp()
  })

  it('mistakes in it: the agents show themselves, not the mistakes', async () => {
    configureTmux('no-such-command')
    await runOnce()
    expect([modeOf('deacon'), modeOf('gastown/witness')]).toEqual(['', ''])
  })

  it.each([
    ['exit-unattached', ['set -s exit-unattached on'], 'option exit-unattached (on)'],
    ['a hook that ends new sessions', ['set-hook -g session-created kill-session'], 'hook session-created'],
    ['a hook that ends them at once', ['set-hook -g after-new-session kill-session'], 'hook after-new-session'],
  ])('%s has it named as the cause', async (_, lines, cause) => {
    configureTmux(...lines)
    const check = await runOnce()
    expect(check.exitCode).toBe(2)
    expect(errors(check)).toHaveLength(2)
    for (const error of errors(check)) expect(error).toContain(cause)
  })
})

describe('a classic town whose user configured tmux with', () => {
  beforeEach(() => raise('classic'))

  it.each([['on'], ['keep-last'], ['keep-group']])('destroy-unattached %s keeps its agents', async (value) => {
    configureTmux(`set -g destroy-unattached ${value}`)
    await expectBothUp()
  })

  it('a hook that renames new sessions keeps its agents, with their names', async () => {
    configureTmux(`set-hook -g session-created 'rename-session "mine-#{session_id}"'`)
    const check = await runOnce()
    expect(check.exitCode).toBe(0)
    expect(names().toSorted()).toEqual(bothUp())
    expect(errors(check)).toContainEqual(expect.stringContaining('a hook of tmux renamed its session'))
  })

  it('a hook that renames them at once keeps its agents, with their names', async () => {
    configureTmux(`set-hook -g after-new-session 'rename-session "mine-#{session_id}"'`)
    await runOnce()
    expect(names().toSorted()).toEqual(bothUp())
    const next = await runOnce()
    expect(readDocument(next.stdout).actions).toEqual([])
  })
})

describe('a current town whose user configured tmux with', () => {
  beforeEach(() => raise('current'))

  it('destroy-unattached has it named: gt makes the sessions', async () => {
    configureTmux('set -g destroy-unattached on')
    const check = await runOnce()
    expect(check.exitCode).toBe(2)
    for (const error of errors(check)) expect(error).toContain('option destroy-unattached (on)')
  })
})
