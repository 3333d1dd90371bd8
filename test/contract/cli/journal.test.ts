import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { PROGRAM } from '../../support/run-check.js'
import { refuses } from '../../support/stand-ins.js'

const onATerminal = fileURLToPath(new URL('../../support/programs/on-a-terminal.py', import.meta.url))

let town: FakeTown

beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown')
  await town.wake('deacon', 'gastown/witness')
})
afterEach(() => town.end())

/** Lines that the program printed to a file; `stream` says which file systemd would read. */
function printed(words: string, { stream = '$(stat -L -c %d:%i "$3")', both = false } = {}): readonly string[] {
  const file = join(town.stage, 'journal')
  writeFileSync(file, '')
  const line = `JOURNAL_STREAM=${stream} exec "$0" "$1" --town "$2" ${words} >"$3" ${both ? '2>&1' : ''}`
  spawnSync('/bin/sh', ['-c', line, process.execPath, PROGRAM, town.root, file], { env: town.env })
  return readFileSync(file, 'utf8').trimEnd().split('\n')
}

const priorityOf = (line: string): string | undefined => /^<\d>/.exec(line)?.[0]

describe.runIf(process.platform === 'linux')('a check that prints to the systemd journal', () => {
  it.each<[string, string, () => unknown]>([
    ['is well', '<6>', () => undefined],
    ['starts an agent', '<6>', () => town.crash('deacon')],
    ['is a warning', '<4>', () => town.sendMail({ from: 'overseer', subject: 'LIFECYCLE: who?', body: 'cycle' })],
    ['could not see everything', '<4>', () => town.programs.spoil('bd', refuses('Error: database is locked'))],
    ['finds its configuration broken', '<4>', () => town.write('daemon/heartbeat.config.json', '{')],
    ['failed to repair', '<3>', () => town.configure({ launch: { deacon: '/nowhere/agent' } })],
  ])('and %s gives each of its lines the priority %s', async (name, priority, spoil) => {
    if (name === 'failed to repair') await town.crash('deacon')
    await spoil()
    const lines = printed('--once', { both: true })
    expect(lines.length).toBeGreaterThan(name === 'is well' ? 0 : 1)
    expect(new Set(lines.map(priorityOf))).toEqual(new Set([priority]))
    expect(town.read('daemon/daemon.log')).not.toMatch(/<\d>/)
  })

  it('and is asked for JSON prints one line of it after the priority', () => {
    const [line = '', ...more] = printed('--once --json')
    expect([more, JSON.parse(line.replace(/^<6>/, ''))]).toMatchObject([[], { exitCode: 0 }])
  })

  it('prints no priority where only the other stream goes there, nor to another file, nor to a pipe', async () => {
    expect(printed('--once', { stream: '8:1' }).map(priorityOf)).toEqual([undefined, undefined])
    const words = ['-c', `JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2) "$@"`, 'sh', process.execPath, PROGRAM]
    const env = { ...town.env }
    expect(execFileSync('/bin/sh', [...words, '--town', town.root, '--once'], { env, encoding: 'utf8' })).toMatch(
      /^ok:/,
    )
    expect((await town.run(['--once'], { env: { ...env, JOURNAL_STREAM: '8:1' } })).stdout).toMatch(/^ok:/)
  })

  it('prints no priority on a terminal whose shell inherited the variable', (ctx) => {
    const check = [process.execPath, PROGRAM, '--town', town.root, '--once']
    const env = { ...town.env, JOURNAL_STREAM: '8:1' }
    const { error, stdout } = spawnSync('python3', [onATerminal, ...check], { env, encoding: 'utf8' })
    if (error) ctx.skip('needs python3: apt-get install python3')
    expect(stdout).toMatch(/looks next/)
    expect(stdout).not.toMatch(/<\d>/)
  })

  it('says on stderr with a priority what no check can say', () => {
    const file = join(town.stage, 'broken')
    const line = 'JOURNAL_STREAM=$(stat -L -c %d:%i "$2") exec "$0" "$1" --no-such-option 2>"$2"'
    writeFileSync(file, '')
    spawnSync('/bin/sh', ['-c', line, process.execPath, PROGRAM, file], { env: town.env })
    expect(readFileSync(file, 'utf8')).toMatch(/^<4>gt-heartbeat: /)
  })
})
