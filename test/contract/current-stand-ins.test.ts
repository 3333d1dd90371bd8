import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'

// The stand-ins for today's gt and bd against what the real ones answered. Not compared: what only a Dolt server can
// answer (gt dolt status), folders that were written down as /town, ids and times of new mail, an agent of `gt polecat list` that gt itself made.
const FIXTURES = fileURLToPath(new URL('../fixtures/gt-1.0.1-bd-1.0.2', import.meta.url))

interface Recorded {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const recorded = (name: string): Recorded => JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8'))

let town: FakeTown

beforeEach(() => {
  town = raiseTown({ kind: 'current' })
  town.addRig('demo')
  town.addWorker('demo/polecats/rust')
})
afterEach(() => town.end())

/** Every issue that the recorded answer shows, put where it was seen. */
function restoreIssues(answer: Recorded): void {
  const rows: unknown = answer.stdout.startsWith('[') ? JSON.parse(answer.stdout) : []
  if (!Array.isArray(rows)) return
  for (const row of rows) {
    const { dependency_count, dependent_count, comment_count, ...issue } = row
    town.write(join(answer.cwd.slice('/town/'.length), '.beads/issues', `${issue.id}.json`), JSON.stringify(issue))
  }
}

function replay({ argv, cwd, env }: Recorded) {
  const [program = '', ...args] = argv[0] === 'timeout' ? argv.slice(2) : argv
  const folder = join(town.root, cwd.slice('/town'.length))
  mkdirSync(folder, { recursive: true })
  const { status, stdout, stderr } = spawnSync(join(town.programs.bin, program), args, {
    cwd: folder,
    env: { ...town.env, ...env },
    encoding: 'utf8',
  })
  return {
    exit: status,
    stdout: stdout.replaceAll(town.root, '/town'),
    stderr: stderr.replaceAll(town.root, '/town').trim(),
  }
}

const expected = ({ exit, stdout, stderr }: Recorded) => ({ exit, stdout, stderr: stderr.trim() })

describe("today's stand-in answers as the real program did", () => {
  it.each([
    'bd-list-agents-town',
    'bd-list-agents-town-with-polecat',
    'bd-list-agents-rig',
    'bd-list-hooked',
    'bd-list-hooked-town',
    'bd-list-mail',
    'bd-list-mail-after',
    'bd-show-work-rig',
    'bd-show-substring',
    'bd-show-unknown',
    'bd-show-work',
    'bd-version',
    'gt-version',
    'daemon-status',
  ])('%s', (name) => {
    const answer = recorded(name)
    if (name === 'bd-show-substring') restoreIssues(recorded('bd-show-work-rig'))
    else restoreIssues(answer)
    expect(replay(answer)).toEqual(expected(answer))
  })

  it.each(['bd-list-dolt-down', 'bd-list-dolt-down-noauto'])('%s: no server, no answer', (name) => {
    town.write('.dolt-data/stopped', '')
    const answer = recorded(name)
    const env: Record<string, string> = name.endsWith('noauto') ? { BEADS_DOLT_AUTO_START: '0' } : {}
    expect(replay({ ...answer, env })).toEqual(expected(answer))
  })

  it('BD_JSON_ENVELOPE wraps what is listed', () => {
    const { stdout } = replay({ ...recorded('bd-list-hooked-town'), env: { BD_JSON_ENVELOPE: '1' } })
    expect(JSON.parse(stdout)).toEqual({ schema_version: 1, data: [] })
  })

  it('gt mail inbox shows what lies there with senders cut short, and acknowledges it: it is a write', () => {
    expect(replay(recorded('mail-inbox-empty'))).toEqual(expected(recorded('mail-inbox-empty')))
    for (const row of JSON.parse(recorded('bd-list-mail').stdout)) {
      const labels = row.labels.filter((label: string) => !label.startsWith('delivery') || label === 'delivery:pending')
      town.write(`.beads/issues/${row.id}.json`, JSON.stringify({ ...row, labels }))
    }
    expect(replay(recorded('mail-inbox-deacon'))).toEqual(expected(recorded('mail-inbox-deacon')))
    for (const { labels } of town.mails()) expect(labels).toContain('delivery:acked')
  })

  it('a mail is deleted once; once more it is not found', () => {
    town.sendMail({ id: 'hq-wisp-wh2', from: 'demo/witness', subject: 's', body: 'b' })
    for (const name of ['mail-delete', 'mail-delete-again', 'mail-delete-unknown']) {
      expect(replay(recorded(name))).toEqual(expected(recorded(name)))
    }
    expect(town.issue('hq-wisp-wh2')?.status).toBe('closed')
  })

  const sends = readdirSync(FIXTURES).filter((name) => /^(lifecycle|mail-send)/.test(name))
  it.each(sends)('%s', (file) => {
    const answer = recorded(file.replace('.json', ''))
    if (file.includes('dolt-down')) {
      town.write('.dolt-data/stopped', '')
      const { exit, stdout, stderr } = replay(answer)
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
      expect(stderr).toContain('Error: all sends failed: demo/witness: sending message: ')
      return
    }
    expect(replay(answer)).toEqual(expected(answer))
    const [mail] = town.mails()
    expect(mail).toMatchObject({
      title: answer.argv[5],
      description: answer.argv[7],
      status: 'open',
      issue_type: 'task',
    })
    const from = { mayor: 'mayor/', none: 'overseer' }[answer.env?.['GT_ROLE'] ?? 'none'] ?? answer.env?.['GT_ROLE']
    expect(mail?.labels).toContain(`from:${from}`)
  })

  it('a start waits for the prompt, fails or is content when somebody runs there, and a restart replaces', () => {
    for (const name of ['deacon-start', 'deacon-start-again', 'witness-start', 'witness-start-dolt-down']) {
      expect(replay(recorded(name))).toEqual(expected(recorded(name)))
    }
    for (const name of ['session-restart-dead', 'session-start-again', 'session-restart-live']) {
      expect(replay(recorded(name))).toEqual(expected(recorded(name)))
    }
    expect(town.tmux.sessions().map(({ name, path }) => [name, path])).toEqual([
      ['de-rust', join(town.root, 'demo/polecats/rust/demo')],
      ['de-witness', join(town.root, 'demo/witness')],
      ['hq-deacon', join(town.root, 'deacon')],
    ])
    expect(town.tmux.screen('de-rust')).toContain('❯')
    expect(town.tmux.tmux('show-environment', '-t', '=de-rust:', 'GT_PROCESS_NAMES')).toBe(
      'GT_PROCESS_NAMES=node,claude\n',
    )
  })

  it('gt polecat list tells of work and sessions', () => {
    const answer = recorded('polecat-list')
    restoreIssues(recorded('bd-list-agents-town-with-polecat'))
    restoreIssues(recorded('bd-list-hooked'))
    expect(JSON.parse(replay(answer).stdout)).toMatchObject([{ session_running: false }])
    replay(recorded('session-restart-dead'))
    expect(replay(answer)).toEqual(expected(answer))
  })

  it('every call of a session leaves the mark that says its agent lives', () => {
    execFileSync(join(town.programs.bin, 'gt'), ['--version'], { cwd: town.root, env: town.env })
    expect(town.read('.runtime/heartbeats/de-rust.json')).toBeUndefined()
    const env = { ...town.env, GT_SESSION: 'de-rust', GT_ROLE: 'demo/polecats/rust' }
    execFileSync(join(town.programs.bin, 'gt'), ['--version'], { cwd: town.root, env })
    expect(town.read('.runtime/heartbeats/de-rust.json')).toContain('working')
  })
})
