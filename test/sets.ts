import { readdirSync } from 'node:fs'
import { sep } from 'node:path'

/**
 * Which test files belong to which set. Each entry is a folder below test/ or one file; a file beats its folder.
 * `quick`: what an ordinary change can break; `./scripts/test` runs it. `long`: `./scripts/test --all` runs it as well.
 */
export const sets = {
  quick: ['unit', 'contract', 'heartbeat'],
  long: [
    'e2e',
    'faults',
    // Schedulers and their installation, which few changes touch.
    'contract/doctor/agents.test.ts',
    'contract/doctor/current.test.ts',
    'contract/doctor/environment.test.ts',
    'contract/doctor/schedules.test.ts',
    'contract/doctor/status.test.ts',
    'contract/install/refusals.test.ts',
    'contract/schedulers/launchd-install.test.ts',
    'contract/schedulers/launchd.test.ts',
    'contract/schedulers/played-schedules.test.ts',
    // Alerts after failed checks, start-up and prefetch, towns of unusual size.
    'contract/cli/report-failure.test.ts',
    'contract/start-up.test.ts',
    'heartbeat/head-start.test.ts',
    'heartbeat/much.test.ts',
    // Whole checks of single faults, which take long and few changes touch.
    'contract/install/by-hand.test.ts',
    'heartbeat/attention.test.ts',
    'heartbeat/lookers.test.ts',
    'heartbeat/lost-ledger.test.ts',
    'heartbeat/merged-work.test.ts',
    'heartbeat/missing-programs.test.ts',
    'heartbeat/new-polecats.test.ts',
    'heartbeat/own-requests.test.ts',
    'heartbeat/own-traces.test.ts',
    'heartbeat/requests-folder.test.ts',
    'heartbeat/silent-servers.test.ts',
    'heartbeat/tmux-configuration.test.ts',
    'heartbeat/work-folders.test.ts',
    // The tests' own fakes against recorded output.
    'contract/current-stand-ins.test.ts',
    'contract/user-manager.test.ts',
  ],
} as const satisfies Record<string, readonly string[]>

export type TestSet = keyof typeof sets

/** Whether an entry names this file, or a folder above it. */
const covers = (entry: string, file: string): boolean => file === entry || file.startsWith(`${entry}/`)

/** The set of a test file, a path below test/ such as `unit/cli.test.ts`; undefined: no entry covers it. */
export function setOf(file: string): TestSet | undefined {
  const names = Object.keys(sets) as TestSet[]
  const entries = names.flatMap((name) => sets[name].map((entry) => ({ name, entry })))
  const covering = entries.filter(({ entry }) => covers(entry, file))
  return covering.toSorted((one, other) => other.entry.length - one.entry.length)[0]?.name
}

/** Every test file below `folder` (the path of test/), as a path below it with slashes. */
export const testFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.test.ts'))
    .toSorted()
