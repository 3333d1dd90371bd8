import { exists } from '../ports/files.js'
import { thisUser } from '../ports/user.js'
import type { Machine, Step } from './scheduler.js'
import { ask, commandLine } from './steps.js'

const lingering = '/var/lib/systemd/linger'
/** For logind, milliseconds. */
const patience = 10_000

/** Whether the user manager, and checks with it, goes on after the last logout; undefined when nobody can tell. */
export async function lingers(machine: Machine, name: string): Promise<boolean | undefined> {
  const asked = await ask(machine, ['loginctl', 'show-user', name, '-p', 'Linger', '--value'], patience)
  const said = asked.ok ? asked.stdout.trim() : ''
  if (said === 'yes' || said === 'no') return said === 'yes'
  // logind only knows users who are logged in or linger; its folder knows the latter.
  if (exists(lingering)) return exists(`${lingering}/${name}`)
  return undefined
}

/** Has checks go on after logout and begin at boot, where that is not so and this user may say so. Never ends an installation. */
export async function lingerSteps(machine: Machine): Promise<readonly Step[]> {
  const name = thisUser().name ?? String(machine.uid)
  const now = await lingers(machine, name)
  if (now === true) return []
  if (now === undefined) {
    const note = `whether checks go on after you log out could not be found out (no logind answers); where they do not: sudo loginctl enable-linger ${name}`
    return [{ says: [], take: async () => [note] }]
  }
  const argv = ['loginctl', '--no-ask-password', 'enable-linger', name]
  return [
    {
      says: [commandLine(argv)],
      async take() {
        await ask(machine, argv, patience)
        if ((await lingers(machine, name)) === true) return []
        return [
          `checks end when you log out, and do not begin at boot, until you type this once: sudo loginctl enable-linger ${name}`,
        ]
      },
    },
  ]
}
