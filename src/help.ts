export { version } from './version.js'

/** Where everything is, at the end of the long help. */
export const mainHelp = `
A check exits with
   0  ok           all was seen; each agent that should run is running, starting or paused on
                   purpose, or there was nothing to do
   1  warning      something needs attention: an agent that should run is retrying, held, blocked or
                   not understood, or it is stalled, or a request was refused
   2  critical     a repair was tried and failed
   3  unknown      something could not be seen; what depends on it was left alone
  64  usage        the command line is wrong
  69  unavailable  tmux is missing or the platform is not supported; or bd or gt is missing
  75  busy         another check, or a resident daemon, holds this town; nothing was done
  78  config       no town there or two meant, its configuration is wrong, another tmux socket, or
                   nobody can tell what kind of town it is

Towns
  classic          of gt 0.1, with bd before 0.50
  current          of today's gt and bd, with a Dolt server
  Which kind it is, is found out by its files and the versions of gt and bd, remembered, and said
  with -v. Where they contradict each other the town is only looked at (78). --dialect decides it,
  unless a deacon of the other kind stands there.

Examples
  gt-heartbeat --once --dry-run            what would be done now? Nothing is changed
  gt-heartbeat --once                      do it
  gt-heartbeat --once --json | jq .verdict
  gt-heartbeat status                      when was it checked last, what is held back and why?
  gt-heartbeat down                        leave everything down, until: gt-heartbeat up

Files, below the town
  daemon/daemon.log                        what was done; gt daemon logs shows it too
  daemon/heartbeat/history.jsonl           every check and every deed, one JSON line each
  daemon/heartbeat.config.json             the configuration, if there is one
  daemon/heartbeat/stand-down/             who was told to stay down
  daemon/heartbeat/ledger.json             what the next check must know
  $GT_HEARTBEAT_OPTS                       further options, one line, read before these
`

/** The same for a command that looks at nothing but files. */
export const statusHelp = `
Reads files, asks who starts the next check, and changes nothing. Exits with 0; with 1 when the
last check is older than two intervals or there never was one (gt-heartbeat doctor says why);
78: no town there.

Examples
  gt-heartbeat status
  gt-heartbeat --town ~/gt status --json
`

export const historyHelp = `
Reads daemon/heartbeat/history.jsonl and changes nothing. Exits with 0; 78: no town there.

Examples
  gt-heartbeat history                     the last 20 checks and what they did
  gt-heartbeat history -n 500 --json       a JSON document of the last 500
`

export const downHelp = `
WHOM is town (the default), a rig, or an agent: deacon, mayor, <rig>/witness, <rig>/refinery,
<rig>/crew/<name>, <rig>/polecats/<name>. Nothing that runs is stopped: it is not brought back
when it ends. Exits with 0; 64: no such rig or agent; 78: no town there.

Examples
  gt-heartbeat down && gt down             take a town down for the night
  gt-heartbeat down gastown/polecats/nux
`

export const upHelp = `
WHOM as for down. What kept an agent down is forgotten: your word, its own request to shut down,
and the wait after failed starts. The next check is due at once. A check that runs meanwhile is
waited for, 120 s at most. Exits with 0; 75: that check did not end; 78: no town there.

Examples
  gt-heartbeat up
  gt-heartbeat up gastown/polecats/nux && gt-heartbeat --once
  gt dolt start && gt-heartbeat up         a current town, after gt down
`

export const installHelp = `
Timers of your own systemd where there is one, else launchd, else cron. --dry-run prints every file
with its full text and every command; --json says the same as one document. What is there already
stays; what another version installed is replaced; what somebody edited is kept beside, as
<file>.kept-<time>. PATH, locale, TMUX_TMPDIR, GT_TMUX_SOCKET, GT_DOLT_PORT and the like, and
GT_HEARTBEAT_OPTS of this shell go into the schedule: type it again when they change. A further town
gets a name of its own, which is shown. Exits with 0; 64: under sudo; 69: no scheduler, or one that
failed, and what was done before that; 75: another installation is at work; 78: no town there, or
its configuration is wrong.

Examples
  gt-heartbeat install --dry-run
  gt-heartbeat install
  gt-heartbeat install --town ~/other/gt --scheduler cron
`

export const uninstallHelp = `
Takes away exactly what install put there, for one town; a check that runs is waited for. Sessions,
files of the town and other people's units stay. Exits with 0, also when nothing was installed;
64: under sudo, or it is not clear which town; 69: a scheduler that failed, and what was done before.

Examples
  gt-heartbeat uninstall --dry-run
  gt-heartbeat uninstall --town ~/other/gt
`

export const rearmHelp = `
Each check under systemd has the next one armed for the time it wrote; this does the same, for when
that timer was removed or the time was changed by hand. It starts no check. launchd and cron ask
every minute anyway. Exits with 0; 64: under sudo; 69: nothing starts checks of this town, or its
scheduler failed; 78: no town there.

Examples
  gt-heartbeat rearm
  gt-heartbeat rearm --dry-run             what would be run?
`

export const doctorHelp = `
Looks at what was installed, at what its scheduler has in effect (drop-ins too), at what checks are
started with and what agents will find, and changes nothing. Each finding has a code that stays the
same, and the command that mends it where there is one. It asks the account's login shell what it
gives an agent: your profile is run once.

To take a town down, gt-heartbeat down comes first and then gt down: gt leaves no mark that says so,
and the next check would bring everything back.

Exits with 0: nothing found; 1: warnings; 2: errors, checks cannot work or the town is in danger;
64: under sudo.

Examples
  gt-heartbeat doctor
  gt-heartbeat doctor --json | jq -r '.findings[] | .code'
`

export const reportFailureHelp = `
Run by whatever started a check that failed, with its exit code where that is known; checks in a
row are counted in the history. Once three in a row have failed, a person is told, once while it
lasts: a line in the system's log (in the journal with the priority of an error), a notification
on the desktop where there is one, mail to mayor/, and the command of onFailure. A warning (1) or
a check that found another one at work (75) is no failure. What was told is remembered in
daemon/heartbeat/failures.json, without a town in ~/.local/state/gt-heartbeat. Exits with 0.

Examples
  gt-heartbeat report-failure --dry-run    how many in a row have failed, who would be told?
  gt-heartbeat --once; gt-heartbeat report-failure $?
`
