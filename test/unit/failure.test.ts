import { describe, expect, it } from 'vitest'
import { brokenBecause, exitCodeFrom } from '../../src/failure/because.js'
import { desktop } from '../../src/failure/desktop.js'
import type { Telling } from '../../src/failure/way.js'
import type { Command, Commands } from '../../src/ports/command.js'

describe('how a check broke off', () => {
  it.each([
    [127, {}, 'gt-heartbeat or node could not be run (exit code 127)'],
    [64, {}, 'it left no line in the history (exit code 64)'],
    [undefined, {}, 'it left no line in the history'],
    [
      undefined,
      { MONITOR_SERVICE_RESULT: 'timeout', MONITOR_UNIT: 'gt-heartbeat.service' },
      /longer than gt-heartbeat/,
    ],
    [undefined, { MONITOR_SERVICE_RESULT: 'signal', MONITOR_EXIT_STATUS: 'KILL' }, 'signal: ended by KILL'],
  ])('%s %j: %s', (code, env, says) => expect(brokenBecause(code, env)).toMatch(says))

  it.each([
    [3, { MONITOR_EXIT_CODE: 'exited', MONITOR_EXIT_STATUS: '2' }, 3],
    [undefined, { MONITOR_EXIT_CODE: 'exited', MONITOR_EXIT_STATUS: '127' }, 127],
    [undefined, { MONITOR_EXIT_CODE: 'killed', MONITOR_EXIT_STATUS: '9' }, undefined],
    // The main process of a pass over requests has nothing to do; what failed is what came after it.
    [undefined, { MONITOR_EXIT_CODE: 'exited', MONITOR_EXIT_STATUS: '0' }, undefined],
    [undefined, {}, undefined],
  ])('exited with %s, by %j: %s', (said, env, code) => expect(exitCodeFrom(said, env)).toBe(code))
})

describe('a notification on a Mac', () => {
  it('gets the words of others as arguments, never as script', async () => {
    const ran: Command[] = []
    const commands: Commands = {
      run: async (command) => {
        ran.push(command)
        return { ok: true, stdout: '', stderr: '' }
      },
      left: () => 1000,
      tally: () => [],
      endHeadStart: () => undefined,
      killAll: () => undefined,
    }
    const line = '3 checks in a row failed: " & (do shell script "id") & "'
    const letter = { title: '', line, subject: '', body: '' }
    const news = {
      town: '',
      failing: 'unknown',
      exitCode: 3,
      inARow: 3,
      since: 0,
      because: [],
    } as const
    const telling: Telling = {
      news,
      letter,
      root: undefined,
      settings: undefined,
      env: {},
      platform: 'darwin',
      commands,
    }
    expect(await desktop.tell(telling)).toEqual({ how: 'told' })
    const [{ program, args = [] } = {}] = ran
    expect(program).toBe('osascript')
    expect(args.slice(-2)).toEqual(['Gas Town', line])
    expect(args.slice(0, -2).join(' ')).not.toContain('shell script')
  })
})
