import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { hasMet, noted } from '../support/faults/children.js'
import { long } from '../support/faults/form.js'
import { atMost } from '../support/faults/misbehaving-child.js'
import { misbehaviours } from '../support/faults/misbehaviours.js'
import { patient } from '../support/faults/pace.js'
import { endDaemons, idlers, needsProc, watchedCheck } from '../support/faults/watched-check.js'
import { only } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const RIGS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf']

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(async () => {
  endDaemons(town)
  await town.end()
})

const isUp = (who: string): boolean => town.isUp(who)

describe('databases that all misbehave at once', () => {
  beforeEach(async () => {
    town.configure(patient.settings)
    for (const rig of RIGS) town.addRig(rig, { ownDatabase: true, prefix: `${rig}-` })
    await town.wake(...RIGS.map((rig) => `${rig}/witness`))
  })

  it.each([
    ['print 200 MB each', 'exec head -c 200000000 /dev/zero\n'],
    ['print 30 MB each and end well', 'head -c 30000000 /dev/zero\nexit 0\n'],
    ['print 30 MB each on stderr and end well', 'head -c 30000000 /dev/zero >&2\necho "[]"\nexit 0\n'],
  ])('%s: the check holds no more than a few hundred MB, and starts the deacon', async (_, lines) => {
    if (needsProc) return
    town.programs.spoil('bd', only('*agent*', lines))
    const { peak, exitCode, document } = await watchedCheck(town)
    expect(peak).toBeLessThan(atMost)
    expect(document.actions).toMatchObject([{ kind: 'start', agent: 'deacon', outcome: 'done' }])
    expect([0, 3]).toContain(exitCode)
  })
})

/** Runs the words that stand behind the dashes, in which it takes two dollars for one. */
const behindDashes = `while [ "$1" != -- ]; do shift; done; shift
for word in "$@"; do shift; set -- "$@" "$(printf "%s" "$word" | sed 's/\\$\\$/$/g')"; done
exec "$@"`

describe('systemd-run, asked for the first tmux server', () => {
  const ways = misbehaviours.filter(
    ({ says }) =>
      long || ['hangs', 'does its work and then hangs', 'ends well with an error on its output'].includes(says),
  )

  beforeEach(() => {
    town.addRig('gastown')
    town.configure({ ...patient.settings, deadline: '2s' })
    town.programs.replace('systemd-run', ['/bin/sh', '-c', behindDashes, 'sh'])
  })

  it.each(ways)('$says: deacon and witness come up, each once', async ({ lines }) => {
    const env = { ...town.env, INVOCATION_ID: 'c0ffee' }
    town.programs.spoil('systemd-run', noted(lines))
    await town.run(['--once', '--json'], { env })
    expect(hasMet(town)).toBe(true)
    await waitFor('nobody of them is left', () => idlers(town).group.length === 0)
    town.programs.mend('systemd-run')
    for (let left = 3; left > 0 && !['deacon', 'gastown/witness'].every(isUp); left -= 1) {
      town.changeLedger(({ agents: _, ...ledger }) => ({ ...ledger, agents: {} }))
      await town.run(['--once', '--json'], { env })
    }
    expect(['deacon', 'gastown/witness'].filter(isUp)).toEqual(['deacon', 'gastown/witness'])
    const starts = () => town.programs.calls().filter(({ program }) => program === 'claude')
    await waitFor('both have begun', () => starts().length > 1)
    expect(
      starts()
        .map(({ cwd }) => cwd)
        .sort(),
    ).toEqual(['deacon', 'gastown/witness'].map(town.folder).sort())
  })
})
