// A town that the gt, bd and dolt of today made. Here: five polecats end side by side, each in another way, and only the one that crashed
// comes back at once. What needs no real gt is tested in test/heartbeat/merged-work.test.ts and failed-done.test.ts.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEACON, WITNESS } from '../support/current-town-life.js'
import { PREFIX, RIG, WORK, WORKER_BEAD } from '../support/current-town-steps.js'
import { useCurrentTown } from '../support/use-current-town.js'

const inTown = useCurrentTown()

/** gt waits for the prompt of every polecat that it starts, ms. */
const slow = 600_000
/** Times of beads are rounded to seconds, and nobody is missed who was slung a moment ago. */
const spawnGrace = 600

test(
  'of a merged, a squashed, a submitted, a failed and a crashed polecat only the crashed one comes back at once',
  async () => {
    const { town, everybodyAtWork, kill, session, check, at, inbox, polecats } = inTown()
    await everybodyAtWork()
    const works = [WORK, ...[2, 3, 4, 5].map((number) => `${PREFIX}-w${number}`)]
    const issues = { cwd: at(RIG) }
    for (const work of works.slice(1)) {
      town.run('bd', ['create', `Task ${work}`, '--id', work, '--type', 'task'], issues)
      town.run('gt', ['sling', work, RIG, '--no-boot'])
    }
    const names = works.map((work) => polecats().find(({ issue }) => issue === work)?.name ?? '')
    const [merged = '', squashed = '', submitted = '', failed = '', crashed = ''] = names
    const folder = (name: string): string => at(RIG, 'polecats', name, RIG)
    const git = (cwd: string, ...words: readonly string[]): string => town.run('git', words, { cwd })
    const commit = (name: string, file: string): void => {
      writeFileSync(join(folder(name), file), `${file}\n`)
      git(folder(name), 'add', '-f', file)
      git(folder(name), 'commit', '-q', '-m', `Write ${file}`)
    }
    // What gt itself puts into a work tree is in the way of gt done, unless the project ignores it.
    appendFileSync(at(RIG, '.repo.git/info/exclude'), '*\n')
    for (const name of [merged, squashed, submitted, crashed]) commit(name, `file-${name}`)
    commit(squashed, `more-${squashed}`)

    const refinery = join(town.base, 'merges')
    git(town.base, 'clone', '-q', git(folder(merged), 'remote', 'get-url', 'origin').trim(), refinery)
    const push = (name: string): string => {
      const branch = git(folder(name), 'branch', '--show-current').trim()
      git(folder(name), 'push', '-q', 'origin', `HEAD:refs/heads/${branch}`)
      git(refinery, 'fetch', '-q', 'origin')
      return `origin/${branch}`
    }
    git(refinery, 'merge', '-q', '--no-ff', '--no-edit', push(merged))
    git(refinery, 'merge', '-q', '--squash', push(squashed))
    git(refinery, 'commit', '-q', '-m', 'Squash merge')
    git(refinery, 'push', '-q', 'origin', 'HEAD:main')
    git(folder(squashed), 'fetch', '-q', 'origin')

    const done = (name: string): string => {
      const address = `${RIG}/polecats/${name}`
      const env = {
        GT_ROLE: address,
        GT_RIG: RIG,
        GT_POLECAT: name,
        GT_SESSION: `${PREFIX}-${name}`,
        BD_ACTOR: address,
      }
      return town.run('gt', ['done'], { cwd: folder(name), env })
    }
    // Work whose criteria are not ticked off stays open when it is submitted.
    town.run('bd', ['update', works[2] ?? '', '--acceptance', '- [ ] It works.'], issues)
    expect(done(submitted)).toContain('Work submitted to merge queue')
    // Unsaved work that gt cannot commit: another git died at it.
    const lock = join(git(folder(failed), 'rev-parse', '--git-dir').trim(), 'index.lock')
    writeFileSync(join(folder(failed), 'README.md'), 'unsaved\n')
    writeFileSync(lock, '')
    expect(() => done(failed)).toThrow(/cannot complete/)
    rmSync(lock)

    // The played agents do not run for ever.
    kill(...names.map((name) => `${PREFIX}-${name}`).filter((name) => session(name)))
    if (!session(DEACON)) town.run('gt', ['deacon', 'start'])
    if (!session(WITNESS)) town.run('gt', ['witness', 'start', RIG])
    for (const name of names) {
      const id = WORKER_BEAD.replace(/[^-]+$/, name)
      town.dolt.age('hq', { table: 'issues', id, column: 'updated_at', seconds: spawnGrace })
    }
    const first = await check()
    expect(first.deeds.filter((deed) => deed.startsWith('start'))).toEqual([`start ${RIG}/polecats/${crashed} done`])
    expect(first.exitCode).toBe(1)
    const titles = inbox(`${RIG}/witness`).map(({ title }) => title)
    expect(titles.filter((title) => title.includes(RIG)).toSorted()).toEqual(
      [
        `FAILED_DONE: gt done of ${RIG}/${failed} failed`,
        `MERGED_WORK: the work of ${RIG}/${merged} is merged but still open`,
        `MERGED_WORK: the work of ${RIG}/${squashed} is merged but still open`,
        `SUBMITTED_WORK: the work of ${RIG}/${submitted} is submitted but still open`,
      ].toSorted(),
    )
    expect((await check()).deeds).toEqual([])

    // Time passes, and nothing has happened to the work of the failed one.
    writeFileSync(at('daemon/heartbeat.config.json'), JSON.stringify({ exitingGrace: '1s' }))
    expect((await check()).deeds).toEqual([`start ${RIG}/polecats/${failed} done`])
  },
  slow,
)
