import { now, sleep } from '../ports/clock.js'
import type { Machine, Step } from './scheduler.js'
import { ask, commandLine } from './steps.js'
import { unitOf } from './systemd-units.js'

/** A check ends itself sooner; its unit gives it 120 s. Milliseconds. */
const longest = 130_000
const between = 200

/** Waits until no check of the schedule runs; one that does not end is stopped. Sessions are never part of that. */
export function waitForChecks(slug: string, machine: Machine): Step {
  const units = ['gt-rearm', 'gt-heartbeat', 'gt-lifecycle'].map((name) => unitOf(slug, name, 'service'))
  const stop = ['systemctl', '--user', 'stop', ...units]
  return {
    says: [`# a check that runs is waited for, ${longest / 1000} s at most; then: ${commandLine(stop)}`],
    async take() {
      const until = now() + longest
      while (await isBusy(units, machine)) {
        if (now() >= until) {
          await ask(machine, stop)
          return [`a check did not end in ${longest / 1000} s and was stopped`]
        }
        await sleep(between)
      }
      return []
    },
  }
}

/** No answer is no sign of a check. */
async function isBusy(units: readonly string[], machine: Machine): Promise<boolean> {
  const { stdout } = await ask(machine, ['systemctl', '--user', 'is-active', ...units])
  return stdout.split('\n').some((state) => /^(active|activating|deactivating|reloading)$/.test(state))
}
