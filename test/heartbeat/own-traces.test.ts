import { appendFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { type PassingTime, passingTime } from '../support/faults/passing-time.js'

let town: FakeTown
afterEach(() => town.end())

const places = { classic: 'daemon/activity.json', current: '.events.jsonl' } as const
type Kind = keyof typeof places

/** What gt and bd leave when they are called: a note of that moment, by the clock of the checks. */
function leaveTrace(kind: Kind, at: number): void {
  const path = join(town.root, places[kind])
  const note = JSON.stringify({ last_command: 'gt status', timestamp: new Date(at).toISOString() })
  if (kind === 'classic') writeFileSync(path, note)
  else appendFileSync(path, `${note}\n`)
  utimesSync(path, at / 1000, at / 1000)
}

/** Has every program of a check leave its trace at once, before it answers. */
function haveThemLeaveTraces(kind: Kind, time: PassingTime): void {
  const path = `'${join(town.root, places[kind])}'`
  const lines = `at=$(($(date +%s) + ${Math.round((time.now() - Date.now()) / 1000)}))
printf '{"last_command":"bd","timestamp":"%s"}\\n' "$(date -u -d @$at +%FT%TZ)" ${kind === 'classic' ? '>' : '>>'}${path}
touch -d @$at ${path}
`
  for (const program of ['bd', 'gt']) town.programs.spoil(program, lines)
}

async function intervals(kind: Kind, time: PassingTime, count: number, before: () => void = () => undefined) {
  const found: number[] = []
  while (found.length < count) {
    before()
    haveThemLeaveTraces(kind, time)
    const { document } = await time.check()
    found.push(document.next.intervalSeconds)
    time.pass(document.next.intervalSeconds * 1000)
  }
  return found
}

describe.each(['classic', 'current'] as const)('the interval of a %s town whose bd and gt note each call', (kind) => {
  const rig = kind === 'classic' ? 'gastown' : 'demo'

  async function raise(): Promise<PassingTime> {
    town = raiseTown({ kind })
    town.addRig(rig)
    await town.wake('deacon', `${rig}/witness`)
    return passingTime(town)
  }

  it('grows while nothing else happens, with questions asked ahead and without', async () => {
    const time = await raise()
    expect(await intervals(kind, time, 5)).toEqual([300, 600, 1800, 3600, 3600])
    expect(town.read('daemon/heartbeat/first-questions.json')).toContain('--readonly')
    leaveTrace(kind, time.now())
    const forget = () => rmSync(join(town.root, 'daemon/heartbeat/first-questions.json'), { force: true })
    expect(await intervals(kind, time, 5, forget)).toEqual([300, 600, 1800, 3600, 3600])
  })

  it('counts what happens between two checks, although the next one leaves its own trace on top', async () => {
    const time = await raise()
    await intervals(kind, time, 4)
    leaveTrace(kind, time.now() - 20 * 60_000)
    expect(await intervals(kind, time, 2)).toEqual([1800, 3600])
  })

  it('grows through runs for requests alone, which ask bd as well', async () => {
    const time = await raise()
    await intervals(kind, time, 4)
    haveThemLeaveTraces(kind, time)
    await time.check('--lifecycle')
    time.pass(600_000)
    expect(await intervals(kind, time, 1)).toEqual([3600])
  })
})
