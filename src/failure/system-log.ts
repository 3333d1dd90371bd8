import { definedOnly } from '../domain/defined-only.js'
import { isJournal } from '../ports/journal.js'
import { noticeDeadline, type Telling, type Told, toldBy, type Way } from './way.js'

/** The machine's log, at the priority of an error. What a unit of systemd prints goes there anyway. */
export const systemLog: Way = {
  name: 'system log',
  async tell({ letter, env, commands }: Telling): Promise<Told> {
    if (isJournal(env)) return { how: 'told' }
    const args = ['-t', 'gt-heartbeat', '-p', 'user.err', '--', letter.line]
    return toldBy(
      await commands.run({ program: 'logger', args, cwd: '/', env: definedOnly(env), deadline: noticeDeadline }),
    )
  },
}
