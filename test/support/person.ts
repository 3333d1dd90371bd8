import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeTown } from './fake-town.js'
import { end } from './leftovers.js'
import { located } from './stand-ins.js'
import { tmuxStage } from './tmux-stage.js'
import { waitFor } from './wait-for.js'

/** A person at a terminal in which a tmux client runs. */
export interface Person {
  /** Presses keys, as tmux names them. */
  press(...keys: readonly string[]): void
  /** Everything that the terminal was told. */
  saw(): string
}

const program = located('tmux', process.env['PATH'] ?? '') ?? 'tmux'

/** How many tmux clients there are in the town. */
const clientsOf = (town: FakeTown): number =>
  town.tmux.tmux('list-clients', '-F', '#{client_name}').split('\n').filter(Boolean).length

/** A person whose terminal runs tmux with these words on the town's socket; `helpers` ends the terminal. */
export async function personRuns(town: FakeTown, words: readonly string[], helpers: (() => void)[]): Promise<Person> {
  const name = `terminal-${helpers.length}`
  const outside = tmuxStage({ program, socket: join(town.stage, name), env: town.env })
  const before = clientsOf(town)
  const command = ['env', '-u', 'TMUX', '-u', 'TMUX_PANE', program, '-S', town.tmux.socket, ...words]
  outside.start({ name, folder: town.stage, command })
  const transcript = join(town.stage, `${name}.transcript`)
  writeFileSync(transcript, '')
  outside.tmux('pipe-pane', '-t', `=${name}:`, `cat >>'${transcript}'`)
  helpers.push(outside.stop)
  await waitFor('the client is attached', () => clientsOf(town) > before)
  return {
    press: (...keys) => void outside.tmux('send-keys', '-t', `=${name}:`, ...keys),
    saw: () => readFileSync(transcript, 'utf8'),
  }
}

/** A program that is attached by tmux's control mode, as iTerm2 is. */
export async function programAttaches(town: FakeTown, who: string, helpers: (() => void)[]): Promise<void> {
  const before = clientsOf(town)
  const words = ['-S', town.tmux.socket, '-C', 'attach', '-t', `=${town.session(who)}`]
  const { pid } = spawn(program, words, { env: town.env, stdio: ['pipe', 'ignore', 'ignore'] })
  if (pid !== undefined) helpers.push(() => end(pid))
  await waitFor('the client is attached', () => clientsOf(town) > before)
}

type Look = (town: FakeTown, who: string, helpers: (() => void)[]) => Promise<unknown>

const exactly = (town: FakeTown, who: string): string => `=${town.session(who)}`

/** Shares the window of the agent's session with the session `mine`, where it is the current window. */
function link(town: FakeTown, who: string): void {
  town.tmux.start({ name: 'mine', folder: town.stage, command: ['sleep', '600'] })
  town.tmux.tmux('link-window', '-s', `${exactly(town, who)}:`, '-t', '=mine:7')
  town.tmux.tmux('select-window', '-t', '=mine:7')
}

/** Shares all windows of the agent's session with the session `mine`. */
export const group = (town: FakeTown, who: string): string =>
  town.tmux.tmux('new-session', '-d', '-s', 'mine', '-t', exactly(town, who))

/** Every way in which somebody can look at an agent's session. */
export const waysToLook: Readonly<Record<string, Look>> = {
  'attached to its session': (town, who, helpers) => personRuns(town, ['attach', '-t', exactly(town, who)], helpers),
  'attached to its session read-only': (town, who, helpers) =>
    personRuns(town, ['attach', '-r', '-t', exactly(town, who)], helpers),
  'attached to its session without a say in its size': (town, who, helpers) =>
    personRuns(town, ['attach', '-f', 'ignore-size', '-t', exactly(town, who)], helpers),
  'attached to its session by control mode': programAttaches,
  'attached to a session of its group': (town, who, helpers) => {
    group(town, who)
    return personRuns(town, ['attach', '-t', '=mine'], helpers)
  },
  'making a session of its group': (town, who, helpers) =>
    personRuns(town, ['new-session', '-s', 'mine', '-t', exactly(town, who)], helpers),
  'attached to another session that shows its window': (town, who, helpers) => {
    link(town, who)
    return personRuns(town, ['attach', '-t', '=mine'], helpers)
  },
  'attached to its session, with the client suspended': async (town, who, helpers) => {
    const person = await personRuns(town, ['attach', '-t', exactly(town, who)], helpers)
    town.tmux.tmux('suspend-client')
    return person
  },
}

/** Ways in which an agent's session is shared while nobody looks at it. */
export const waysToShare: Readonly<Record<string, Look>> = {
  'another session of its group': async (town, who) => group(town, who),
  'another session that shows its window': async (town, who) => link(town, who),
  'another session, which somebody is attached to and looks elsewhere in': async (town, who, helpers) => {
    link(town, who)
    town.tmux.tmux('select-window', '-t', '=mine:0')
    await personRuns(town, ['attach', '-t', '=mine'], helpers)
  },
}
