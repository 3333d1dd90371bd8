import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../src/dialects/database.js'
import type { Call, Dialect } from '../../src/dialects/dialect.js'
import { kindNamed } from '../../src/dialects/index.js'
import type { Rig } from '../../src/domain/snapshot.js'
import { type Issue, issuesOf } from '../support/issue-store.js'
import type { StageKindName } from '../support/stage-kind.js'
import { located } from '../support/stand-ins.js'
import { put } from '../support/town-folder.js'

/** Every answer lies in folders that are named by the question's own words, below the one in which it is asked. */
const answers = '.beads/answers'

const versions = {
  classic: { gt: 'gt version 0.1.0 (dev)', bd: 'bd version 0.41.0 (dev)' },
  current: { gt: 'gt version 1.0.1 (dev)', bd: 'bd version 1.0.2 (dev)' },
} as const

interface Asked {
  readonly kindName: StageKindName
  readonly root: string
  readonly rigs: readonly Rig[]
}

/** Writes down what bd will answer to all that is asked of a town of this kind. Once: it is not made to change. */
export function prepareAnswers({ kindName, root, rigs }: Asked): void {
  const dialect = kindNamed(kindName)?.open(root, rigs)
  if (dialect === undefined) throw new Error(`${kindName} is no kind of town`)
  const list = dialect.databases(root, rigs)
  if (!list.known) throw new Error(list.why)
  answer({ cwd: root, args: ['--version'] }, `${versions[kindName].bd}\n`)
  const rows = list.value.databases.flatMap((database) => prepareDatabase(dialect, root, database))
  answer(dialect.listMail(root), '[]\n')
  for (const args of serialLists) answer({ cwd: root, args }, rowsText(rows.filter(isAgent)))
  for (const issue of rows) {
    answer(dialect.showBead(root, issue.id), rowsText([issue]))
    answer({ cwd: root, args: serialShow(issue.id) }, rowsText([issue]))
  }
}

/** From now on this is the mail that bd lists of the town. */
export function prepareMail({ kindName, root, rigs }: Asked): void {
  const dialect = kindNamed(kindName)?.open(root, rigs)
  if (dialect === undefined) throw new Error(`${kindName} is no kind of town`)
  answer(dialect.listMail(root), rowsText(issuesOf(root).filter(isMail)))
}

/** The words of the checker that asks one question after the other. */
export const serialShow = (id: string): readonly string[] => ['show', id, '--json']
export const serialLists = [
  ['list', '--type=agent', '--json'],
  ['list', '--type=message', '--json'],
] as const

function prepareDatabase(dialect: Dialect, root: string, database: Database): readonly Issue[] {
  const issues = issuesOf(database.folder)
  answer(dialect.listAgents(database), rowsText(issues.filter(isAgent)))
  const hooked = dialect.listHooked?.(database)
  if (hooked) answer(hooked, rowsText(issues.filter(({ status }) => status === 'hooked')))
  const rigs = dialect.listRigs?.(database)
  if (rigs) answer(rigs, rowsText(issues.filter(({ labels = [] }) => labels.includes('gt:rig'))))
  const works = issues.filter(({ status }) => status === 'hooked').toSorted(byNumber)
  for (const work of works) answer(dialect.showBead(database.folder, work.id), rowsText([work]))
  // In the order of the rigs, as a check asks for them where one polecat in each is dead.
  const ids = works.map(({ id }) => id)
  if (ids.length > 0) answer(dialect.showBeads(database.folder, ids), rowsText(works))
  return database.folder === root ? issues : []
}

const byNumber = (one: Issue, other: Issue): number => one.id.localeCompare(other.id, 'en', { numeric: true })

const isAgent = ({ issue_type, labels = [] }: Issue): boolean => issue_type === 'agent' || labels.includes('gt:agent')

const isMail = ({ issue_type, labels = [] }: Issue): boolean =>
  issue_type === 'message' || labels.includes('gt:message')

const rowsText = (issues: readonly Issue[]): string =>
  `${JSON.stringify(
    issues.map((issue) => ({ ...issue, dependency_count: 0, dependent_count: 0, comment_count: 0 })),
    null,
    2,
  )}\n`

const answer = ({ cwd, args }: Pick<Call, 'cwd' | 'args'>, text: string): void =>
  put(join(cwd, answers, ...args, 'answer'), text)

const delayFile = (bin: string): string => join(bin, 'seconds')

/** bd and gt as programs that sleep for a while, say what is written down, and cost next to nothing: a shell that becomes `cat`. Where both are is
 *  written in them: a PATH may have twenty folders to try. */
export function putStandIns(bin: string, kindName: StageKindName, path: string): void {
  const [sleeper, cat] = ['sleep', 'cat'].map((name) => located(name, path) ?? name)
  // Programs that change are asked for their versions.
  const sleep = `read -r seconds <'${delayFile(bin)}'\n[ "$seconds" = 0 ] || ${sleeper} "$seconds"\n`
  write(join(bin, 'bd'), `#!/bin/sh\n${sleep}IFS=/\nexec ${cat} "${answers}/$*/answer"\n`)
  write(join(bin, 'gt'), `#!/bin/sh\n${sleep}echo '${versions[kindName].gt}'\n`)
  putDelay(bin, 0)
}

/** How long they sleep from now on. */
export const putDelay = (bin: string, ms: number): void => writeFileSync(delayFile(bin), `${ms / 1000}\n`)

function write(path: string, text: string): void {
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}
