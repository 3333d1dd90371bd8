import { join } from 'node:path'
import { emptyLedger } from '../../../src/domain/ledger.js'
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

const WITNESS = 'gastown/witness'
const MAX = 'gastown/crew/max'
const TOAST = 'gastown/polecats/toast'
const NUX = 'gastown/polecats/nux'
const ACE = 'gastown/polecats/ace'

const deadAgents: Scene = {
  title: 'agents that are down, in the first check of a classic town',
  kind: 'classic',
  agents: ['mayor', 'deacon', WITNESS, TOAST],
  sample: /^(before|after) tmux .*new-session .*gt-deacon/,
  arrange: async (town) => {
    town.addRig('gastown')
    await town.leaveShell(WITNESS)
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    town.configure({ zombieGrace: '1s', metrics: join(town.root, 'daemon/metrics.prom') })
    await town.wake('mayor')
    await aSecondLater()
  },
  ends: {
    agents: { mayor: untouched, deacon: startedOnce, [WITNESS]: startedOnce, [TOAST]: startedOnce },
    mails: [],
  },
}

const requests: Scene = {
  title: 'requests in a classic town: cycled, shut down, superseded, refused, too old',
  kind: 'classic',
  agents: ['deacon', WITNESS, MAX, TOAST],
  sample:
    /^(before|after) (gt mail delete gm-cycle|tmux .*(max.*kill-session|new-session.*max))|^after gt mail delete gm-shut|^before bd close gm-older/,
  arrange: async (town) => {
    town.addRig('gastown')
    town.addWorker(MAX)
    town.addWorker(TOAST)
    pushACommit(town, 'gastown')
    await town.wake('deacon', WITNESS, MAX, TOAST)
    await aMomentLater(town)
    ask(town, MAX, { verb: 'cycle', id: 'gm-cycle' })
    ask(town, TOAST, { verb: 'cycle', id: 'gm-older' })
    await aMomentLater(town)
    ask(town, TOAST, { verb: 'shutdown', id: 'gm-shutdown' })
    ask(town, WITNESS, { verb: 'restart', id: 'gm-old', secondsAgo: 7 * 3600 })
    town.sendMail({ id: 'gm-refused', from: 'overseer', subject: 'LIFECYCLE: x', body: 'cycle' })
  },
  ends: {
    agents: {
      deacon: untouched,
      [WITNESS]: `${untouched.replace('none', 'requesting_restart requesting_time')}`,
      [MAX]: startedOnce,
      [TOAST]: down,
    },
    mails: [...Array(4).fill('LIFECYCLE: x to deacon/: closed'), 'LIFECYCLE: x to deacon/: open'],
  },
}

const words: Scene = {
  title: 'an agent marked dead, and notices of work that is stuck, orphaned and lost, in a classic town',
  kind: 'classic',
  agents: ['deacon', WITNESS, NUX, ACE],
  sample: /^(before|after|late) gt mail send .*GUPP|^after bd update/,
  arrange: async (town) => {
    town.addRig('gastown')
    town.configure({ guppAfter: '1s' })
    town.addWorker(NUX)
    for (const id of ['gt-w1', 'gt-w2', 'gt-w3']) town.addIssue({ id, status: 'hooked' })
    town.setBead(NUX, { state: 'working', hook: 'gt-w1', updatedAt: longAgo() })
    town.setBead('gastown/polecats/gone', { state: 'dead', hook: 'gt-w2' })
    town.setBead(ACE, { state: 'working', hook: 'gt-w3' })
    town.write('gastown/polecats/ace/README', 'no work tree')
    town.setBead('gastown/refinery', { state: 'working', updatedAt: longAgo() })
    const absentSince = Date.now() - 120_000
    const agents = { 'gastown/refinery': { starts: [], absentSince } }
    town.write('daemon/heartbeat/ledger.json', JSON.stringify({ ...emptyLedger, agents }))
    await town.wake('deacon', WITNESS, NUX)
    await aSecondLater()
  },
  ends: {
    agents: { deacon: untouched, [WITNESS]: untouched, [NUX]: untouched, [ACE]: down },
  },
}

const spawns: Scene = {
  title: 'new polecats of a classic town',
  kind: 'classic',
  agents: ['deacon', WITNESS, TOAST, NUX],
  sample: /^after bd close gm-toast|^(before|after) tmux .*toast.* send-keys /,
  arrange: async (town) => {
    town.addRig('gastown')
    town.addWorker(TOAST)
    town.addWorker(NUX)
    await town.wake('deacon', WITNESS, TOAST, NUX)
    const gone = { rig: 'gastown', polecat: 'gone', session: 'gt-gastown-gone', issue: 'gt-w9', mail_id: 'gm-gone' }
    town.write('spawn/pending.json', JSON.stringify([{ ...gone, spawned_at: new Date().toISOString() }]))
    for (const name of ['toast', 'nux'])
      town.sendMail({
        id: `gm-${name}`,
        from: 'mayor',
        subject: `POLECAT_STARTED gastown/${name}`,
        body: `Issue: gt-w1\nSession: gt-gastown-${name}`,
      })
  },
  ends: {
    agents: {
      deacon: untouched,
      [WITNESS]: untouched,
      [TOAST]: untouched.replace('to 0', 'to 1'),
      [NUX]: untouched.replace('to 0', 'to 1'),
    },
  },
}

const lostLedger: Scene = {
  title: 'a ledger that does not parse, in a classic town with a dead deacon and a request',
  kind: 'classic',
  agents: ['deacon', WITNESS],
  arrange: async (town) => {
    town.addRig('gastown')
    await town.wake(WITNESS)
    ask(town, WITNESS, { verb: 'cycle', id: 'gm-cycle' })
    town.write('daemon/heartbeat/ledger.json', '{"schema":1,"agen')
    town.write('daemon/state.json', '{"heartbeat_count": 7, "last')
  },
  ends: {
    agents: { deacon: startedOnce, [WITNESS]: `${untouched.replace('none', 'requesting_cycle requesting_time')}` },
  },
}

const lifecycle: Scene = {
  title: 'the lifecycle service of a classic town',
  kind: 'classic',
  args: ['--lifecycle'],
  agents: ['deacon', WITNESS, TOAST],
  arrange: async (town) => {
    town.addRig('gastown')
    town.addWorker(TOAST)
    await town.wake('deacon', WITNESS, TOAST)
    await aMomentLater(town)
    ask(town, WITNESS, { verb: 'restart', id: 'gm-restart' })
    ask(town, TOAST, { verb: 'shutdown', id: 'gm-shutdown' })
    town.write('daemon/requests/now', '')
  },
  ends: { agents: { deacon: untouched, [WITNESS]: startedOnce, [TOAST]: down } },
}

/** Checks of classic towns that together do everything a check can do. */
export const classicScenes: readonly Scene[] = [requests, deadAgents, words, spawns, lostLedger, lifecycle]
