import type { NamedTest } from './project-copy.js'

/** What keeps people's work safe, taken out: where `from` stands there is `to` instead, and then this test must fail. */
export interface Protection {
  readonly protects: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly caught: NamedTest
}

const wholeCheck = 'heartbeat/gate.test.ts'
const ending = 'contract/actions/kill-session.test.ts'
const liveProcesses = 'heartbeat/live-processes.test.ts'
const beginning = 'contract/actions/start.test.ts'
const children = 'contract/ports/command.test.ts'
const panes = 'unit/domain/liveness.test.ts'

/** The protections outside the rules (those are for `npm run mutation`), the most dangerous first. */
export const protections: readonly Protection[] = [
  {
    protects: 'a session is ended only if it is the one that was meant',
    file: 'src/actions/kill-session.ts',
    from: `if (!isSameSession(identity, session)) return hindered('another session stands under its name by now')`,
    to: '',
    caught: [ending, 'a session is left as it is > when its process is another by now'],
  },
  {
    protects: 'who took a name right before the kill is not ended by it',
    file: 'src/ports/tmux.ts',
    from: 'return run(killWords(name, meant))',
    to: `return run(['kill-session', '-t', target(name)])`,
    caught: [
      'contract/ports/tmux.test.ts',
      'of two sessions that had one name one after the other, and of one to which somebody came, only the meant one is ended',
    ],
  },
  {
    protects: 'a silent tmux server that may have agents of the town is not passed over',
    file: 'src/ports/other-server.ts',
    from: 'if (sign.known && sign.value === undefined) ',
    to: 'if (sign.known) ',
    caught: [
      'heartbeat/silent-servers.test.ts',
      'in a classic town that was never seen, a stopped tmux server > with a process that has a working directory in the town may have its agents: nothing is started',
    ],
  },
  {
    protects: 'a tmux server that cannot be reached is not taken for none',
    file: 'src/observe/first-look.ts',
    from: 'await afterUnreachable(town, await afterMissedEnds(town, server, names))',
    to: 'await afterMissedEnds(town, server, names)',
    caught: [
      'heartbeat/unreachable-server.test.ts',
      'a classic town whose tmux server lost its socket > starts nothing and names the command: folder removed',
    ],
  },
  {
    protects: 'an agent whose process lives outside of its session is not understood',
    file: 'src/observe/processes.ts',
    from: 'if (!panes.known) return sights',
    to: 'return sights',
    caught: [
      liveProcesses,
      'in a classic town, an agent whose process lives outside of its session > is named as long as another one stands under its name',
    ],
  },
  {
    protects: 'before an agent is started its process is looked for among all',
    file: 'src/heartbeat.ts',
    from: 'const snapshot = await confirmPlan(town, seen, first)',
    to: 'const snapshot = seen',
    caught: [
      liveProcesses,
      'in a classic town, what only stands where a dead agent worked > keeps it down where it is an agent with its GT_ROLE, and is named',
    ],
  },
  {
    protects: 'an agent that is gone from tmux is not gone while its process lives',
    file: 'src/actions/look-again.ts',
    from: 'return confirmGone(town, { agent, byFolder }, { sighting, panes: panes.value, agents })',
    to: 'return sighting',
    caught: [
      beginning,
      'an agent that is dead > is not started when its tmux server has lost its socket meanwhile, and that is a blind spot',
    ],
  },
  {
    protects: 'a process of an agent is looked for once more right before the agent is started',
    file: 'src/actions/bring-up.ts',
    from: `  if (liveness.state === 'unknown') return { up: false, hindrance: notUnderstood(liveness) }
`,
    to: '',
    caught: [
      beginning,
      'an agent that is dead > is not started when a process of it appears while its work tree is brought up to date',
    ],
  },
  {
    protects: 'a session has ended only when its process has',
    file: 'src/actions/kill-session.ts',
    from: 'if (!standing) return endingOf(identity)',
    to: 'if (!standing) return { ended: true, remarks: [] }',
    caught: [ending, 'a session is left as it is > whose name it has no longer: its process lives, and that is no end'],
  },
  {
    protects: 'a session that was renamed while it was ended has not ended',
    file: 'src/actions/kill-session.ts',
    from: 'return setback ? stays(setback) : endingOf(identity, windowsLeft(inside))',
    to: 'return setback ? stays(setback) : { ended: true, remarks: windowsLeft(inside) }',
    caught: [
      ending,
      'a session is left as it is > that has another name when its processes are to be ended: its process lives, and that is no end',
    ],
  },
  {
    protects: 'no second tmux server is started beside one whose socket was removed',
    file: 'src/ports/tmux.ts',
    from: "run(hasServer ? ['-N', ...words] : words)",
    to: 'run(words)',
    caught: [
      'contract/ports/tmux.test.ts',
      'starts no second server beside one whose socket was removed after it answered',
    ],
  },
  {
    protects: 'a tmux server of somebody else is not asked',
    file: 'src/ports/tmux.ts',
    from: 'refusal(socket) ?? commands.run(',
    to: 'commands.run(',
    caught: [
      'faults/security-folders.test.ts',
      'a tmux socket that is somebody else’s > is not asked: whoever listens there would be told the environment of the check',
    ],
  },
  {
    protects: 'a session in which a person is, is not ended',
    file: 'src/domain/conditions.ts',
    from: "if (session.attached > 0) return 'a person is attached to its session'",
    to: '',
    caught: [
      ending,
      'a session is left as it is > when a person is attached, the gate is closed, or tmux cannot be asked',
    ],
  },
  {
    protects: 'a session at which a person looks from another session is not ended',
    file: 'src/domain/conditions.ts',
    from: 'session.windows.some(({ viewers }) => viewers > 0)',
    to: 'session.windows.length === 0',
    caught: [
      'heartbeat/lookers.test.ts',
      'a person who looks at a session without an agent > attached to a session of its group keeps it',
    ],
  },
  {
    protects: 'a session at which a person begins to look right before the kill is not ended',
    file: 'src/ports/tmux-meant.ts',
    from: '#{W:#{window_active_clients} #{P:#{pane_id} }}',
    to: '#{W:0 #{P:#{pane_id} }}',
    caught: [
      'contract/ports/tmux.test.ts',
      'a session at which somebody looks from another one since it was seen is not ended',
    ],
  },
  {
    protects: 'who comes to a session that is about to be ended is not ended with it',
    file: 'src/actions/kill-session.ts',
    from: 'const person = session && (await guard(session, liveness))',
    to: 'const person = session && undefined',
    caught: [
      ending,
      'a session is left as it is > to which a person comes after it was looked at: nobody in it is ended',
    ],
  },
  {
    protects: 'a person who came after a request of the agent keeps its session',
    file: 'src/actions/request-guard.ts',
    from: 'isTold: (client) => told.has(keyOf(client))',
    to: 'isTold: () => true',
    caught: [
      'contract/actions/carry-out-request.test.ts',
      'a request is not claimed, and its mail stays > while a person is attached',
    ],
  },
  {
    protects: 'a person is told before the session ends that they look at',
    file: 'src/actions/carry-out-request.ts',
    from: '  if (course.session) await guard.tell(course.session)\n',
    to: '',
    caught: [
      'heartbeat/own-requests.test.ts',
      'the request of an agent of a classic town about its own session > to cycle is carried out while a person is attached who saw it ask',
    ],
  },
  {
    protects: 'the gate is asked again before a session is ended',
    file: 'src/actions/kill-session.ts',
    from: 'if (forbidden) return hindered(forbidden)',
    to: '',
    caught: [
      ending,
      'a session is left as it is > when a person is attached, the gate is closed, or tmux cannot be asked',
    ],
  },
  {
    protects: 'what cannot be told is not taken for nobody',
    file: 'src/ports/tmux.ts',
    from: 'return isNobodyThere(result) ? known([]) : cannotTell(result.failure)',
    to: 'return known([])',
    caught: [
      'heartbeat/cannot-tell.test.ts',
      'tmux that cannot be asked > is denied: nobody is started, ended, marked or mailed',
    ],
  },
  {
    protects: 'a request is claimed before its mail is deleted',
    file: 'src/actions/carry-out-request.ts',
    from: `  if (!action.claimed) claimRequest(performing, action)
  const mailStays = await deleteClaimedMail(performing, action)
`,
    to: `  const mailStays = await deleteClaimedMail(performing, action)
  if (!action.claimed) claimRequest(performing, action)
`,
    caught: [
      'contract/actions/carry-out-request.test.ts',
      'a cycle > is claimed on disk before its mail is deleted, and that before anything else happens',
    ],
  },
  {
    protects: 'a request is claimed at all',
    file: 'src/actions/carry-out-request.ts',
    from: 'if (!action.claimed) claimRequest(performing, action)',
    to: '',
    caught: [
      'heartbeat/killed-checks.test.ts',
      'a request whose check is killed after > its mail is deleted is finished by the next check, once',
    ],
  },
  {
    protects: 'who is up by now is not started once more',
    file: 'src/actions/start.ts',
    from: `if (state === 'alive' || state === 'starting')`,
    to: `if (because === '')`,
    caught: [beginning, 'an agent that is dead > who is up by now is left alone'],
  },
  {
    protects: 'a start is counted before it is made',
    file: 'src/actions/bring-up.ts',
    from: `  const at = countStart(performing, agent, by)
  const opening = await (starts ? startByGt(performing, agent, starts) : openSession(performing, agent))
`,
    to: `  const opening = await (starts ? startByGt(performing, agent, starts) : openSession(performing, agent))
  const at = countStart(performing, agent, by)
`,
    caught: [beginning, 'an agent that is dead > is counted before tmux is asked to make its session'],
  },
  {
    protects: 'one check works at a time',
    file: 'src/gate/own-lock.ts',
    from: 'if (left <= 0) return busy(path)',
    to: 'if (left <= 0) return { release: () => undefined }',
    caught: [wholeCheck, 'two checks at once > one works, the other leaves with 75'],
  },
  {
    protects: 'nothing is done beside a resident daemon',
    file: 'src/gate.ts',
    from: '  residentDaemon,\n  shutdown,',
    to: '  shutdown,',
    caught: [
      wholeCheck,
      'a resident daemon > that runs: the check looks, reports, starts nothing, and says how to stop it',
    ],
  },
  {
    protects: 'nothing is done while the town goes down',
    file: 'src/gate.ts',
    from: '  shutdown,\n  emergencyStop,',
    to: '  emergencyStop,',
    caught: [wholeCheck, 'a town that shuts down > is left alone while the process named in shutting-down lives'],
  },
  {
    protects: 'the whole gate is asked again before each deed',
    file: 'src/gate.ts',
    from: 'if (!gate.open) return gate.because',
    to: '',
    caught: ['contract/gate/gate.test.ts', 'right before a deed > ESTOP  appeared since the look'],
  },
  {
    protects: 'sessions on another socket are not started twice',
    file: 'src/gate.ts',
    from: 'if (socketConflict === undefined) return { open: true }',
    to: `if (socketConflict !== '') return { open: true }`,
    caught: [
      'heartbeat/people.test.ts',
      'another tmux socket > than the one on which the town was last seen: neither is acted on, both are named',
    ],
  },
  {
    protects: 'a name is asked for exactly',
    file: 'src/ports/tmux-words.ts',
    from: `/^$|^\\$|[:.]/.test(name) ? '=.:' : `,
    to: '1 > 0 ? name : ',
    caught: ['contract/ports/tmux.test.ts', 'a name is never a pattern and never a beginning'],
  },
  {
    protects: 'what runs below a pane is ended with it',
    file: 'src/actions/end-processes.ts',
    from: 'return self ? [self, ...descendants(tree, pid)] : []',
    to: 'return self ? [self] : []',
    caught: [ending, 'ending a session > ends what ignores all but KILL'],
  },
  {
    protects: 'no hook brings back what is ended',
    file: 'src/actions/kill-session.ts',
    from: '  await disarm(performing, agent, inside)\n',
    to: '',
    caught: [ending, 'ending a session > lets no hook of the session react to it'],
  },
  {
    protects: 'no hook of the user brings back what is ended',
    file: 'src/actions/kill-session.ts',
    from: `['set-hook', '-p', '-t', pane, 'pane-died', '']`,
    to: `['set-hook', '-u', '-p', '-t', pane, 'pane-died']`,
    caught: [ending, 'ending a session > lets no hook react to it that the user has for every session'],
  },
  {
    protects: 'a session stays while nobody is attached',
    file: 'src/ports/tmux-new-session.ts',
    from: `  ['set-option', '-t', target(name), 'destroy-unattached', 'off'],\n`,
    to: '',
    caught: [
      'heartbeat/tmux-configuration.test.ts',
      'a classic town whose user configured tmux with > destroy-unattached on keeps its agents',
    ],
  },
  {
    protects: 'a session that a hook renames is not left to run beside a second one',
    file: 'src/actions/open-session.ts',
    from: 'await tmux.reclaim(renamed.sessionId, name)',
    to: '',
    caught: [
      'heartbeat/tmux-configuration.test.ts',
      'a classic town whose user configured tmux with > a hook that renames new sessions keeps its agents, with their names',
    ],
  },
  {
    protects: 'a signal goes to the process that was meant, not to its number',
    file: 'src/actions/recorded-child.ts',
    from: 'process.startTime === startTime && ',
    to: '',
    caught: [
      'contract/actions/leftovers.test.ts',
      'a child that a killed check left running > is not mistaken for another process with its number',
    ],
  },
  {
    protects: 'a child is written down before it begins',
    file: 'src/ports/command.ts',
    from: `    before({ pid, startTime })
    stdin?.end('go\\n')
`,
    to: `    stdin?.end('go\\n')
    before({ pid, startTime })
`,
    caught: [children, 'a child whose pid could not be written down never begins'],
  },
  {
    protects: 'at its deadline a child ends with its whole group',
    file: 'src/ports/child-group.ts',
    from: 'process.kill(-leader, signal)',
    to: 'process.kill(leader, signal)',
    caught: [children, 'at the deadline the whole process group dies, also what ignores signals'],
  },
  {
    protects: 'a child that prints without end is ended',
    file: 'src/ports/child-output.ts',
    from: 'overflow()\n    return false',
    to: 'return false',
    caught: [children, 'a program that prints without end is stopped, and what it printed is not held'],
  },
  {
    protects: 'a lock of which nobody can tell counts as held',
    file: 'src/ports/lock.ts',
    from: '  } catch {\n    return true\n',
    to: '  } catch {\n    return false\n',
    caught: [
      'contract/ports/lock.test.ts',
      'a lock file of gt that cannot be looked at counts as held, and nobody can tell',
    ],
  },
  {
    protects: 'a notice holds no secret',
    file: 'src/actions/notify.ts',
    from: '[redact(action.subject), redact(action.body)]',
    to: '[action.subject, action.body]',
    caught: [
      'contract/actions/words.test.ts',
      'a notice > holds no secret: neither what looks like one nor what the environment calls one',
    ],
  },
  {
    protects: 'neither every process there is nor our own group is signalled',
    file: 'src/ports/child-group.ts',
    from: '  if (!Number.isSafeInteger(leader) || leader <= 1) return\n',
    to: '',
    caught: [
      'unit/ports/child-group.test.ts',
      'a process group > is never that of 1: it would be our own, every process there is, or nobody knows which',
    ],
  },
  {
    protects: 'what all children print together has an end',
    file: 'src/ports/child-output.ts',
    from: 'more <= room.left',
    to: 'more >= 0',
    caught: [children, 'children that print too much together are cut off, though none of them does alone'],
  },
  {
    protects: 'no path or name can pass for a separator of the list of panes',
    file: 'src/ports/tmux.ts',
    from: `const nonce = randomBytes(9).toString('base64url')`,
    to: `const nonce = 'AAAAAAAAAAAA'`,
    caught: ['contract/ports/tmux.test.ts', 'each question has separators of its own: no path or name can hold them'],
  },
  {
    protects: 'a file that took its place is still there after a power cut',
    file: 'src/ports/write-file.ts',
    from: '  syncFolder(dirname(path))\n',
    to: '',
    caught: [
      'contract/ports/write-file.test.ts',
      'a file is on disk before it takes its place, and its folder after that',
    ],
  },
  {
    protects: 'an agent that keeps dying is held',
    file: 'src/domain/backoff.ts',
    from: `loopIn(past, backoff) >= 0 ? 'held' : 'waiting'`,
    to: `'waiting'`,
    caught: ['heartbeat/dead-agents.test.ts', 'a dead agent > that fails five times within an hour is held back'],
  },
  {
    protects: 'a notice is written down before it goes',
    file: 'src/actions/notify.ts',
    from: `  remember(performing, key, { ...record, state: 'sending' })\n`,
    to: '',
    caught: [
      'heartbeat/killed-checks.test.ts',
      'a notice whose check is killed after > it is sent arrives exactly once',
    ],
  },
  {
    protects: 'keys are written down before they are typed',
    file: 'src/actions/tell-to-begin.ts',
    from: '    startTyping(performing, spawn.mailId)\n',
    to: '',
    caught: [
      'heartbeat/killed-checks.test.ts',
      'a new polecat whose check is killed after > Begin. is typed hears it exactly once',
    ],
  },
  {
    protects: 'a menu is not taken for a prompt',
    file: 'src/domain/screen.ts',
    from: 'if (input === undefined) return withoutInput(lines)',
    to: `if (input === undefined) return { state: 'ready', because: '' }`,
    caught: [
      'heartbeat/new-polecats.test.ts',
      'a new polecat > is not typed to while its screen shows Claude Code: trust this folder?, and is reported',
    ],
  },
  {
    protects: 'Enter is pressed only when the prompt shows what was typed',
    file: 'src/actions/tell-to-begin.ts',
    from: `if (state === 'typed') return undefined`,
    to: `if (state !== 'begun') return undefined`,
    caught: [
      'heartbeat/new-polecats.test.ts',
      'a new polecat > whose menu comes up under the word gets no Enter, and is reported',
    ],
  },
  {
    protects: 'keys that would not reach the program of a pane are not pressed',
    file: 'src/ports/tmux-meant.ts',
    from: `{ asked: '#{pane_in_mode} #{pane_input_off} #{pane_dead}', is: '0 0 0' }`,
    to: `{ asked: '', is: '' }`,
    caught: ['contract/ports/tmux.test.ts', 'a pane in the clock is not typed to before it was left'],
  },
  {
    protects: 'nobody types beside a person',
    file: 'src/actions/trigger-spawn.ts',
    from: '  if (person) return hindered(person)\n',
    to: '',
    caught: [
      'contract/actions/spawns.test.ts',
      'a polecat at its prompt > is not typed into when a person is attached',
    ],
  },
  {
    protects: 'a bead that has changed is not written over',
    file: 'src/actions/mark-dead.ts',
    from: 'if (!bead.value || !isUnchanged(action.bead, bead.value))',
    to: 'if (!bead.value)',
    caught: [
      'contract/actions/words.test.ts',
      'an agent that is marked dead > is not, when its bead was updated meanwhile',
    ],
  },
  {
    protects: 'a flag is looked for after the mail of its request',
    file: 'src/observe/first-look.ts',
    from: 'hasRequest(issues.mail) ? placesOf(town) : placeOf',
    to: 'placeOf',
    caught: [
      'heartbeat/requests.test.ts',
      'a lifecycle request > sent while the programs answer is carried out as well: its flag is looked for after its mail',
    ],
  },
  {
    protects: 'a feature branch is not rebased',
    file: 'src/actions/update-worktree.ts',
    from: 'if (!lines.includes(',
    to: 'if (lines.length === 0 && !lines.includes(',
    caught: ['contract/actions/update-worktree.test.ts', 'a feature branch > is fetched for and never touched'],
  },
  {
    protects: 'the repository around a folder that has none of its own is not touched',
    file: 'src/ports/git.ts',
    from: '    GIT_CEILING_DIRECTORIES: dirname(folder),\n',
    to: '',
    caught: [
      'contract/actions/update-worktree.test.ts',
      'a folder with a .git that is no repository is left alone, and so is the repository around it',
    ],
  },
  {
    protects: 'a name that could be something else reaches no program',
    file: 'src/domain/agent.ts',
    from: 'const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/',
    to: 'const NAME = /^.+$/s',
    caught: [
      'heartbeat/hostile-names.test.ts',
      'hostile names > of polecats are skipped with a finding, and reach no program',
    ],
  },
  {
    protects: 'words of an agent are never text for a shell',
    file: 'src/domain/launch.ts',
    from: `const becomes = 'exec "$@"'`,
    to: `const becomes = 'eval exec "$*"'`,
    caught: [
      'unit/domain/launch.test.ts',
      'the command line of a pane > through /bin/bash: the shell reads its profile and becomes env, which becomes the agent',
    ],
  },
  {
    protects: 'a child has nothing of whoever runs the check',
    file: 'src/dialects/child-environment.ts',
    from: ` && !foreign.has(name) && !name.startsWith('npm_')`,
    to: '',
    caught: [
      'heartbeat/healthy-town.test.ts',
      'a healthy town > is asked in the words the contract pins, under an environment that leaves no trace',
    ],
  },
  {
    protects: 'no answer is not an empty one',
    file: 'src/dialects/read-rows.ts',
    from: `return cannotTell('bd printed nothing, where even an empty list is printed as []')`,
    to: 'return known([])',
    caught: [
      'heartbeat/cannot-tell.test.ts',
      'bd that cannot be asked > prints nothing: what its beads and mail would decide is left alone, the rest is healed',
    ],
  },
  {
    protects: 'a ledger that is lost is known to be',
    file: 'src/ports/ledger-file.ts',
    from: '{ ...emptyLedger, lostAt: now }',
    to: 'emptyLedger',
    caught: [
      'contract/ports/ledger-file.test.ts',
      'a ledger that is cut off is set aside; the new one says since when nothing is remembered',
    ],
  },
  {
    protects: 'a ledger that is missing in a town with earlier checks is known to be lost',
    file: 'src/ports/ledger-file.ts',
    from: 'return trace === undefined ? known(null) : cannotTell(',
    to: 'return known(null) ?? cannotTell(',
    caught: [
      'contract/ports/ledger-file.test.ts',
      'a missing ledger is lost when history.jsonl shows that there was one',
    ],
  },
  {
    protects: 'what was asked ahead answers nothing but that',
    file: 'src/ports/head-start.ts',
    from: 'one.cwd === other.cwd && ',
    to: '',
    caught: ['contract/ports/head-start.test.ts', 'a question with other folder is not the one that was begun'],
  },
  {
    protects: 'what was asked before another check was at work is asked anew',
    file: 'src/commands/attempt-check.ts',
    from: 'if (headStart && !isSameHolder(lock?.before, headStart.after)) headStart.end()',
    to: '',
    caught: [
      'heartbeat/head-start.test.ts',
      'another check that was at work since bd was asked > may have done what bd did not know yet: it is asked anew',
    ],
  },
  {
    protects: 'what was asked before a sleep is old',
    file: 'src/ports/head-start.ts',
    from: 'program === path && isFresh()',
    to: 'program === path',
    caught: [
      'contract/ports/head-start.test.ts',
      'after a sleep, or a clock that is set forward, what was asked before is old',
    ],
  },
  {
    protects: 'what nobody wanted of what was asked ahead is ended',
    file: 'src/ports/head-start.ts',
    from: '    for (const { child } of waiting) killGroup(child.pid)\n',
    to: '',
    caught: [
      'heartbeat/head-start.test.ts',
      'what was asked ahead > and is not wanted is ended before the check is over',
    ],
  },
  {
    protects: 'nothing but a list is asked ahead',
    file: 'src/ports/first-questions.ts',
    from: ` && args[0] === '--readonly' && args[1] === 'list'`,
    to: '',
    caught: [
      'heartbeat/head-start.test.ts',
      'nothing is asked ahead > where a question has words that change something',
    ],
  },
  {
    protects: 'nothing is asked ahead while another check works',
    file: 'src/head-start.ts',
    from: 'if (holder === undefined || isOurs(holder.pid) || ',
    to: 'if (holder === undefined || ',
    caught: [
      'heartbeat/head-start.test.ts',
      'nothing is asked ahead > while another check is at work, and that one is left alone',
    ],
  },
  {
    protects: 'agents outlive the unit of the check that started them',
    file: 'units/gt-heartbeat.service',
    from: 'KillMode=process',
    to: 'KillMode=control-group',
    caught: [
      'contract/units/units.test.ts',
      'the units > gt-heartbeat.service leaves what it has started alive, is bounded in time, and only fails when a check has',
    ],
  },
  {
    protects: 'a program below a shell is not taken for nothing',
    file: 'src/domain/pane-shell.ts',
    from: '!isIdle(process) && !isCompanion(process) && ',
    to: 'process === tree.own && !isIdle(process) && ',
    caught: [panes, 'what is at work below a shell > a program in the background'],
  },
  {
    protects: 'a program on the terminal of a shell is seen although its parent has ended',
    file: 'src/domain/liveness.ts',
    from: ', ...onTerminalOf(processes.value, own)',
    to: '',
    caught: [panes, 'what is at work below a shell > a program in the background whose parent has ended'],
  },
  {
    protects: 'a shell is only waiting in the foreground of its terminal',
    file: 'src/domain/pane-shell.ts',
    from: 'return isInFront ? [] : [tree.own]',
    to: 'return isInFront ? [] : []',
    caught: [panes, 'what is at work below a shell > a foreground group of which nothing is seen'],
  },
  {
    protects: 'a copy of a shell is not taken for one that waits',
    file: 'src/domain/pane-shell.ts',
    from: ' && (process === tree.own || !isCopy(process, tree))',
    to: '',
    caught: [panes, 'what is at work below a shell > a copy of the shell'],
  },
  {
    protects: 'a shell that reads a file is not taken for one that waits',
    file: 'src/domain/pane-shell.ts',
    from: 'return sleeps(process) && readsTerminal(process)',
    to: 'return sleeps(process)',
    caught: [panes, 'what is at work below a shell > commands that come from a file'],
  },
  {
    protects: 'a title makes no shell',
    file: 'src/domain/shells.ts',
    from: '[comm, executable].every(',
    to: '[].every(',
    caught: [panes, 'what is at work below a shell > a program with the title of a shell'],
  },
  {
    protects: 'a value is taken for a script rather than a script for a value',
    file: 'src/domain/shells.ts',
    from: 'const posix: Options = {\n  valued: /^[-+][A-Za-z]*o$/,',
    to: 'const posix: Options = {\n  valued: /^[-+].*$/,',
    caught: ['unit/domain/shells.test.ts', 'what a shell was told to run > sh -O agent.sh: agent.sh'],
  },
  {
    protects: 'a second living pane is counted, wherever the declared one is listed',
    file: 'src/domain/session-sight.ts',
    from: 'pane === ownPane(panes) || !pane.dead',
    to: '!pane.dead',
    caught: [
      'heartbeat/known-agents.test.ts',
      'the declared pane of a session > decides: with a dead one, the session is left alone and reported as long as its helper lives, then replaced',
    ],
  },
  {
    protects: 'an agent beside a declared pane that is gone is not taken for the one that is meant',
    file: 'src/domain/liveness.ts',
    from: "(found.state === 'alive' ? declaredAndGone(panes) : undefined) ?? found",
    to: 'found',
    caught: [
      panes,
      'a session that declares the pane of its agent > is not understood, if that pane is gone and an agent runs in another',
    ],
  },
  {
    protects: 'a polecat is not started if the fetch before its start shows that its branch is merged',
    file: 'src/actions/bring-up.ts',
    from: '  if (merged) return { up: false, ...merged }\n',
    to: '',
    caught: [
      'heartbeat/merged-work.test.ts',
      'a polecat of a current town that is down with open work > stays down if the fetch before its start tells of the merge, and the next check tells its witness',
    ],
  },
  {
    protects: 'a squash merge of several commits is a merge',
    file: 'src/ports/merged-branch.ts',
    from: 'known(false) : isSquashedIn(git, commit, target)',
    to: 'known(false) : known(false)',
    caught: [
      'contract/ports/merged-branch.test.ts',
      'the branch of a work tree > of several commits that were squashed into one is merged, and not merged if one more came after',
    ],
  },
  {
    protects: 'a git that cannot tell is not taken for one that tells of no merge',
    file: 'src/observe/deliveries.ts',
    from: 'return merged.known ? submitted : merged',
    to: 'return submitted',
    caught: [
      'heartbeat/merged-work.test.ts',
      'a polecat of a current town that is down with open work > needs attention if git cannot tell, its witness is told once, and it is started as soon as git can',
    ],
  },
  {
    protects: 'a program that begins in the shell of a zombie is not ended with it',
    file: 'src/actions/start.ts',
    from: 'killSession(performing, agent, zombie.identity, stillEmpty)',
    to: 'killSession(performing, agent, zombie.identity)',
    caught: [beginning, 'a zombie > in which my-agent begins right before it is ended is left alone'],
  },
]
