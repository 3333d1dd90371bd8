import { readDocument } from './check-document.js'
import { headline, type Mishap, say, tellDone, tellFound, tellHowToGoOn, tellMishaps, tellNext } from './demo-story.js'
import { type FakeTown, raiseTown } from './fake-town.js'
import { PROGRAM } from './run-check.js'

const WITNESS = 'orchard/witness'
const WORKING = 'orchard/polecats/pip'
const CRASHED = 'orchard/polecats/russet'
const NOTE = `${CRASHED}/notes.txt`

/** A rig with a witness and two polecats at work, and the deacon. */
async function settle(town: FakeTown): Promise<void> {
  town.addRig('orchard', { ownDatabase: true })
  for (const [polecat, work] of [
    [WORKING, 'gt-11'],
    [CRASHED, 'gt-12'],
  ] as const) {
    town.addWorker(polecat)
    town.addIssue({ id: work, title: 'Mend the gate', status: 'hooked', assignee: polecat }, 'orchard')
    town.setBead(polecat, { state: 'working', hook: work })
  }
  town.setBead('deacon', { state: 'running' })
  town.setBead(WITNESS, { state: 'running' })
  await town.wake('deacon', WITNESS, WORKING, CRASHED)
}

async function breakThings(town: FakeTown): Promise<readonly Mishap[]> {
  await town.crash('deacon')
  town.write(NOTE, 'half a thought, not committed\n')
  await town.crash(CRASHED)
  town.raiseFlag(WITNESS, 'cycle')
  town.sendMail({ from: WITNESS, subject: `LIFECYCLE: ${WITNESS} requesting cycle`, body: '{"action":"cycle"}' })
  return [
    { agent: 'deacon', what: 'its process was killed; its session ended with it' },
    { agent: CRASHED, what: 'killed too, with work (gt-12) on its hook and a file not committed' },
    { agent: WITNESS, what: 'runs, and asks by mail to be ended and started afresh' },
  ]
}

function tellSessions(town: FakeTown): void {
  say(...town.tmux.sessions().map(({ name, panePid }) => `  ${name.padEnd(26)}process ${panePid}`))
}

async function tell(town: FakeTown): Promise<number> {
  say(`A small town stands in ${town.root}, with a tmux server of its own.`)
  say('Stand-ins kept with the tests play gt, bd and the agents; tmux, git and gt-heartbeat are real.')
  await settle(town)
  tellMishaps(await breakThings(town))
  headline('The sessions before')
  tellSessions(town)
  headline(`$ gt-heartbeat --once --town ${town.root}`)
  const check = await town.run(['--once', '--json'])
  say(`  exit code ${check.exitCode}${check.stderr && `\n${check.stderr}`}`)
  const document = readDocument(check.stdout)
  tellFound(document)
  tellDone(document)
  headline('The sessions after')
  tellSessions(town)
  if (town.read(NOTE)) say(`  The file that ${CRASHED} had not committed is still there.`)
  tellNext(document)
  tellHowToGoOn(PROGRAM)
  return check.exitCode ?? 1
}

/** Raises a town, breaks it, heals it, tells the story, and leaves nothing behind, whatever comes in between. */
async function main(): Promise<void> {
  const town = raiseTown()
  let ending: Promise<void> | undefined
  const end = (): Promise<void> => {
    ending ??= town.end()
    return ending
  }
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => void end().finally(() => process.exit(code)))
  }
  try {
    process.exitCode = await tell(town)
  } finally {
    await end()
  }
  headline('The town has been taken down again; nothing of it is left.')
}

await main()
