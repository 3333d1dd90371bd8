import { shown } from '../schedulers/steps.js'

const ownCommands = /\bgt-heartbeat (install|uninstall|rearm|down|up|history|--once)(?![\w-])/g

/** What mends something, with our own commands in it said for the town that `--town` named; undefined: it is found without. */
export const addressed = (mend: string, town: string | undefined): string =>
  town === undefined ? mend : mend.replace(ownCommands, (words) => `${words} --town ${shown(town)}`)
