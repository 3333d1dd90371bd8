import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'

// The stand-ins against what the real programs answered. Not compared: calls that only a real town can answer
// (gt status, gt deacon start …), ids and times of new mail.
const FIXTURES = fileURLToPath(new URL('../fixtures/gt-0.1.0-bd-0.41.0', import.meta.url))

interface Recorded {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const recorded = (name: string): Recorded => JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8'))

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
  town.addRig('gastown', { ownDatabase: true })
})
afterEach(() => town.end())

/** Every issue that the recorded answers show, put where it was seen. */
function restoreIssues(answer: Recorded): void {
  const rows: unknown = answer.stdout.startsWith('[') ? JSON.parse(answer.stdout) : []
  if (!Array.isArray(rows)) return
  for (const row of rows) {
    const { dependency_count, dependent_count, ...issue } = row
    town.addIssue(issue, answer.cwd.endsWith('mayor/rig') || issue.id.startsWith('gt-') ? 'gastown' : undefined)
  }
}

function replay({ argv, cwd, env }: Recorded) {
  const [program = '', ...args] = argv
  return spawnSync(join(town.programs.bin, program), args, {
    cwd: join(town.root, cwd.slice('/town'.length)),
    env: { ...town.env, ...env },
    encoding: 'utf8',
  })
}

describe('a stand-in answers as the real program did', () => {
  const reads = [
    'bd-list-agents-town',
    'bd-list-agents-rig',
    'bd-list-agents-rig-with-polecat',
    'bd-list-two-databases-polecat-working',
    'bd-inbox-deacon',
    'bd-show-deacon',
    'bd-show-many',
    'bd-show-unknown',
    'bd-show-unknown-prefix',
    'bd-list-badflag',
    'bd-version',
    'gt-version',
  ]
  it.each(reads)('%s', (name) => {
    const answer = recorded(name)
    restoreIssues(answer)
    const { stdout, status, stderr } = replay(answer)
    expect({ stdout, exit: status, stderr: stderr.trim() }).toEqual({
      stdout: answer.stdout,
      exit: answer.exit,
      stderr: answer.stderr.trim(),
    })
  })

  it('gt mail inbox shows what bd list shows, and null when there is nothing', () => {
    expect(replay(recorded('mail-inbox-empty')).stdout).toBe(recorded('mail-inbox-empty').stdout)
    restoreIssues(recorded('bd-inbox-deacon'))
    expect(replay(recorded('mail-inbox-deacon')).stdout).toBe(recorded('mail-inbox-deacon').stdout)
  })

  it('an id that is part of another one finds that other one', () => {
    restoreIssues(recorded('bd-show-deacon'))
    expect(replay(recorded('bd-show-substring')).stdout).toBe(recorded('bd-show-substring').stdout)
  })

  it.each([
    ['bd-close-mail', 'gm-m22'],
    ['mail-delete', 'gm-dmg'],
  ])('%s closes the mail, once more says the same', (name, id) => {
    town.sendMail({ id, from: 'overseer', subject: 's', body: 'b' })
    for (const answer of [recorded(name), recorded(`${name}-again`)]) {
      const { stdout, status } = replay(answer)
      expect({ stdout, status }).toEqual({ stdout: answer.stdout, status: answer.exit })
    }
    expect(town.issue(id)?.status).toBe('closed')
  })

  it.each(['mail-delete-unknown', 'bd-update-from-town', 'bd-nodb'])('%s fails', (name) => {
    const answer = recorded(name)
    town.setBead('deacon')
    if (name === 'bd-nodb') execFileSync('rm', ['-r', join(town.root, '.beads')])
    const { stdout, status, stderr } = replay(answer)
    expect({ stdout, status }).toEqual({ stdout: answer.stdout, status: answer.exit })
    expect(stderr.split('\n')[0]).toBe(answer.stderr.split('\n')[0])
  })

  it('bd update changes the bead where it lives', () => {
    town.setBead('gastown/crew/max')
    const answer = recorded('bd-update-agent')
    expect(replay(answer).stdout).toBe(answer.stdout)
    expect(town.bead('gastown/crew/max').description).toBe('a title\n\nagent_state: dead')
  })

  it.each(readdirSync(FIXTURES).filter((name) => /^(lifecycle|mail-send)/.test(name)))('%s sends', (file) => {
    const answer = recorded(file.replace('.json', ''))
    execFileSync('mkdir', ['-p', join(town.root, answer.cwd.slice('/town'.length))])
    const { stdout, status } = replay({ ...answer, env: { ...answer.env, GT_RIG: 'gastown' } })
    expect({ stdout, status }).toEqual({ stdout: answer.stdout, status: 0 })
    const [mail] = town.mails()
    expect(mail).toMatchObject({ title: answer.argv[5], description: answer.argv[7], status: 'open' })
    expect(mail?.labels?.[0]).toBe(answer.env['GT_ROLE'] ? 'from:gastown/witness' : 'from:overseer')
  })

  it('every call of gt marks the town that its environment names as busy, if it names one', () => {
    const send = recorded('mail-send')
    replay({ ...send, env: { GT_TOWN_ROOT: '/dev/null' } })
    expect(town.read('daemon/activity.json')).toBeUndefined()
    replay({ ...send, env: { GT_TOWN_ROOT: town.root } })
    expect(JSON.parse(town.read('daemon/activity.json') ?? '')).toMatchObject({ last_command: 'gt mail' })
  })
})
