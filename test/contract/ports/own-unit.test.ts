import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { wantsOwnUnit } from '../../../src/ports/own-unit.js'
import { put } from '../../support/town-folder.js'

/** A machine on which these things are so. */
function machine({ manager = true, lingers = true }) {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const folders = { runtime: join(folder, 'user'), linger: join(folder, 'linger') }
  const { uid, username } = userInfo()
  const runtime = join(folders.runtime, String(uid))
  if (manager) put(join(runtime, 'systemd/private'), '')
  if (lingers) put(join(folders.linger, username), '')
  return { folders, runtime }
}

const check = { env: { INVOCATION_ID: '0123456789abcdef' }, byCron: false }
const cron = { env: {}, byCron: true }
const terminal = { env: {}, byCron: false }

test.each([
  ['a check under systemd, wherever', check, { manager: false, lingers: false }, true],
  ['a check from cron where the user has a manager that stays', cron, {}, true],
  ['a check from cron where the manager ends with the last logout', cron, { lingers: false }, false],
  ['a check from cron where there is no manager', cron, { manager: false }, false],
  ['a check that somebody types', terminal, {}, false],
])('%s: a tmux server in a unit of its own? %#', (_, start, about, wanted) => {
  expect(wantsOwnUnit({ ...start, ...machine(about) })).toBe(wanted)
})

test('the folder that the environment names is the one that counts', () => {
  const { folders, runtime } = machine({})
  const elsewhere = { ...folders, runtime: '/nowhere' }
  expect(wantsOwnUnit({ env: { XDG_RUNTIME_DIR: runtime }, byCron: true, folders: elsewhere })).toBe(true)
  expect(wantsOwnUnit({ env: { XDG_RUNTIME_DIR: '/nowhere' }, byCron: true, folders })).toBe(false)
})
