export { version } from './version.js'

/** Where everything is, at the end of the long help. */
export const mainHelp = `
A check exits with
   0  ok           all was seen; all is well, or was repaired, or there was nothing to do
   1  warning      a person is wanted: an agent is down and waits for its next try or is held back,
                   is stalled, or a request was refused
   2  critical     a repair was tried and failed
   3  unknown      something could not be seen; what depends on it was left alone
  64  usage        the command line is wrong
  69  unavailable  tmux is missing or the platform is not supported; or bd or gt is missing
  75  busy         another check, or a resident daemon, holds this town; nothing was done
  78  config       no town there or two meant, its configuration is wrong, another tmux socket

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
Reads files only and changes none. Exits with 0; with 1 when the last check is older than two
intervals or there never was one: then the schedule is not in place; 78: no town there.

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
`
