import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, in this order; a run lasts no longer than the last of them that began. */
const LONG = [
  /e2e\/systemd-chain/,
  /e2e\/install-/,
  /faults\//,
  /e2e\//,
  /heartbeat\/(cannot-tell|current-requests|killed-checks|requests)/,
  /heartbeat\//,
  /contract\/(cli|doctor|install|schedulers)\//,
  /contract\//,
]

const rank = ({ moduleId }: TestSpecification): number => {
  const index = LONG.findIndex((pattern) => pattern.test(moduleId))
  return index < 0 ? LONG.length : index
}

/** Begins with the files that take longest, also on a fresh clone, where no run has told yet. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => rank(one) - rank(other))
  }
}
