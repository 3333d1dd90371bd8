import {
  aMomentLater,
  aSecondLater,
  ask,
  down,
  longAgo,
  pushACommit,
  type Scene,
  startedOnce,
  untouched,
} from './scene.js'

const WITNESS = 'demo/witness'
const JOE = 'demo/crew/joe'
const RUST = 'demo/polecats/rust'
const NUX = 'demo/polecats/nux'
const ACE = 'demo/polecats/ace'

const deadAgents: Scene = {
  title: 'agents that are down, in the first check of a current town',
  kind: 'current',
  agents: ['mayor', 'deacon', WITNESS, RUST],
  sample: /^(after|late) gt deacon start|^(before|after) tmux .*new-session .*hq-deacon/,
  arrange: async (town) => {
    town.addRig('demo')
    await town.leaveShell(WITNESS)
    town.addWorker(RUST)
    town.addIssue({ id: 'de-w1', status: 'hooked', assignee: RUST }, 'demo')
    town.setBead(RUST, { state: 'working', hook: 'de-w1', updatedAt: longAgo() })
    town.configure({ zombieGrace: '1s' })
    await town.wake('mayor')
    await aSecondLater()
  },
  ends: {
    agents: { mayor: untouched, deacon: startedOnce, [WITNESS]: startedOnce, [RUST]: startedOnce },
    mails: [],
  },
}

const requests: Scene = {
  title: 'requests in a current town: cycled, shut down, superseded, refused, too old',
  kind: 'current',
  agents: ['deacon', WITNESS, JOE, RUST],
  sample:
    /^(before|after) (gt mail delete hq-wisp-cycle|tmux .*(joe.*kill-session|new-session.*joe))|^after gt mail delete hq-wisp-shut/,
  arrange: async (town) => {
    town.addRig('demo')
    town.addWorker(JOE)
    town.addWorker(RUST)
    pushACommit(town, 'demo')
    await town.wake('deacon', WITNESS, JOE, RUST)
    await aMomentLater(town)
    ask(town, JOE, { verb: 'cycle', id: 'hq-wisp-cycle' })
    ask(town, RUST, { verb: 'cycle', id: 'hq-wisp-older' })
    await aMomentLater(town)
    ask(town, RUST, { verb: 'shutdown', id: 'hq-wisp-shutdown' })
    ask(town, WITNESS, { verb: 'restart', id: 'hq-wisp-old', secondsAgo: 7 * 3600 })
    town.sendMail({ id: 'hq-wisp-refused', from: 'overseer', subject: 'LIFECYCLE: x', body: 'cycle' })
  },
  ends: {
    agents: { deacon: untouched, [WITNESS]: untouched, [JOE]: startedOnce, [RUST]: down },
    mails: [...Array(4).fill('LIFECYCLE: x to deacon/: closed'), 'LIFECYCLE: x to deacon/: open'],
  },
}

const words: Scene = {
  title: 'notices of work that is stuck, and of polecats that cannot be started, in a current town',
  kind: 'current',
  agents: ['deacon', WITNESS, NUX, ACE],
  sample: /^(before|after|late) gt mail send .*GUPP/,
  arrange: async (town) => {
    town.addRig('demo')
    town.configure({ guppAfter: '1s' })
    town.addWorker(NUX)
    const at = { updated_at: longAgo().toISOString() }
    town.addIssue({ id: 'de-w1', status: 'hooked', assignee: NUX, ...at }, 'demo')
    town.addIssue({ id: 'de-w3', status: 'hooked', assignee: ACE, ...at }, 'demo')
    town.setBead(NUX, { state: 'working', hook: 'de-w1', updatedAt: longAgo() })
    town.setBead(ACE, { state: 'working', hook: 'de-w3', updatedAt: longAgo() })
    town.write('demo/polecats/ace/README', 'no work tree')
    await town.wake('deacon', WITNESS, NUX)
    await aSecondLater()
  },
  ends: { agents: { deacon: untouched, [WITNESS]: untouched, [NUX]: untouched, [ACE]: down } },
}

const firstServer: Scene = {
  title: 'a current town without a tmux server, checked by a timer of systemd',
  kind: 'current',
  agents: ['deacon', WITNESS],
  env: { INVOCATION_ID: 'abc', GT_HEARTBEAT_TRIGGER: 'timer' },
  arrange: async (town) => {
    town.addRig('demo')
    // As systemd does: what stands behind -- is run, apart from the check.
    const apart = 'while [ "$1" != -- ]; do shift; done; shift; exec setsid "$@"'
    town.programs.replace('systemd-run', ['sh', '-c', apart, 'systemd-run'])
  },
  ends: { agents: { deacon: startedOnce, [WITNESS]: startedOnce } },
}

const lifecycle: Scene = {
  title: 'the lifecycle service of a current town',
  kind: 'current',
  args: ['--lifecycle'],
  agents: ['deacon', WITNESS, RUST],
  arrange: async (town) => {
    town.addRig('demo')
    town.addWorker(RUST)
    await town.wake('deacon', WITNESS, RUST)
    await aMomentLater(town)
    ask(town, WITNESS, { verb: 'restart', id: 'hq-wisp-restart' })
    ask(town, RUST, { verb: 'shutdown', id: 'hq-wisp-shutdown' })
    town.write('daemon/requests/now', '')
  },
  ends: { agents: { deacon: untouched, [WITNESS]: startedOnce, [RUST]: down } },
}

/** Checks of current towns that together do everything a check can do. */
export const currentScenes: readonly Scene[] = [requests, deadAgents, words, firstServer, lifecycle]
