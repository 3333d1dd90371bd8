import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'
import { only, prose, refuses } from '../support/stand-ins.js'

let town: FakeTown

const raise = (kind?: 'current'): void => {
  town = raiseTown(kind === undefined ? {} : { kind })
  town.addRig('gastown')
}
beforeEach(() => raise())
afterEach(() => town.end())

const runOnce = (...words: readonly string[]): Promise<Check> => town.run(['--once', '--json', ...words])
const says = (program: string, version: string): void =>
  town.programs.spoil(program, only('--version', `echo "${program} version ${version}"\nexit 0\n`))
const versionsAsked = ({ calls }: Check): readonly string[] =>
  calls.filter(({ args }) => args.includes('--version')).map(({ program }) => program)

/** The check only looked: what it would have done is a finding, and nobody was started. */
async function expectDoubt(...doubts: readonly RegExp[]): Promise<void> {
  const check = await runOnce()
  const { gate, findings, actions } = readDocument(check.stdout)
  expect([check.exitCode, gate.reason, actions]).toEqual([78, 'dialect', []])
  for (const doubt of doubts) {
    expect(findings.filter(({ verdict }) => verdict === 'doubt').map(({ because }) => because)).toContainEqual(
      expect.stringMatching(doubt),
    )
  }
  expect(town.isUp('deacon')).toBe(false)
}

describe('what kind of town it is', () => {
  it('is found out by its files and the versions of gt and bd, said, and remembered', async () => {
    const first = await runOnce()
    expect(readDocument(first.stdout).town.dialect).toBe('classic')
    expect(versionsAsked(first).toSorted()).toEqual(['bd', 'gt'])
    expect(versionsAsked(await runOnce())).toEqual([])
  })

  it('is found out anew when a program has changed', async () => {
    await runOnce()
    utimesSync(join(town.programs.bin, 'gt'), 1, 1)
    expect(versionsAsked(await runOnce()).toSorted()).toEqual(['bd', 'gt'])
  })

  it('is found out anew when a program was replaced while a check was at work: what it had said was said by another one', async () => {
    const gt = join(town.programs.bin, 'gt')
    town.programs.spoil('gt', only('--version', `echo 'gt version 0.1.0'\ntouch -d 2001-01-01 ${gt}\nexit 0\n`))
    expect(versionsAsked(await runOnce()).toSorted()).toEqual(['bd', 'gt'])
    expect(versionsAsked(await runOnce()).toSorted()).toEqual(['bd', 'gt'])
    expect(versionsAsked(await runOnce())).toEqual([])
  })

  it('is current in a town of today', async () => {
    await town.end()
    raise('current')
    expect(readDocument((await runOnce()).stdout).town.dialect).toBe('current')
  })

  it('is in doubt where its files and its gt contradict each other: it is only looked at, and both are said', async () => {
    says('gt', '1.0.1')
    await expectDoubt(/database of its own/, /gt is version 1\.0\.1/)
    expect(town.read('daemon/heartbeat/town.json')).toBeUndefined()
  })

  it('is in doubt where bd is of another time than the town', async () => {
    says('bd', '1.0.2')
    await expectDoubt(/bd is version 1\.0\.2/)
  })

  it('is in doubt where gt is of a time between', async () => {
    says('gt', '0.6.2')
    await expectDoubt(/gt is version 0\.6\.2, of a time between/)
  })

  it.each([
    ['fails', refuses('no')],
    ['prints prose', prose],
  ])('is what its files say where the version of gt cannot be had: it %s', async (_, lines) => {
    town.programs.spoil('gt', only('--version', lines))
    const { exitCode, stdout } = await runOnce()
    expect([exitCode, readDocument(stdout).town.dialect]).toEqual([0, 'classic'])
  })

  it('is not what a person says against a deacon of another kind that stands there', async () => {
    await town.end()
    raise('current')
    await town.wake('deacon')
    const check = await runOnce('--dialect', 'classic')
    expect([check.exitCode, readDocument(check.stdout).actions]).toEqual([78, []])
    expect(readDocument(check.stdout).findings.map(({ because }) => because)).toContainEqual(
      expect.stringContaining('the session hq-deacon stands on the tmux socket'),
    )
  })

  it('is what a person forces it to be, for as long as that is said', async () => {
    says('gt', '1.0.1')
    const forced = await runOnce('--dialect', 'classic')
    expect([forced.exitCode, versionsAsked(forced)]).toEqual([0, []])
    expect(town.isUp('deacon')).toBe(true)
    await town.crash('deacon')
    await expectDoubt(/gt is version 1\.0\.1/)
  })
})
