import { definedOnly } from '../domain/defined-only.js'
import { sessionBus } from '../ports/session-bus.js'
import { noticeDeadline, type Telling, type Told, toldBy, type Way } from './way.js'

/** A notification on the desktop, where there is one. */
export const desktop: Way = {
  name: 'desktop',
  tell: (telling) => (telling.platform === 'darwin' ? onMac(telling) : onBus(telling)),
}

async function onBus({ letter, env, commands }: Telling): Promise<Told> {
  const bus = sessionBus(env)
  if (bus === undefined) return { how: 'absent', why: 'no session bus' }
  const args = ['--app-name=gt-heartbeat', '--urgency=critical', '--', 'Gas Town', plain(letter.line)]
  const child = { program: 'notify-send', args, cwd: '/', env: { ...definedOnly(env), ...bus } }
  return toldBy(await commands.run({ ...child, deadline: noticeDeadline }))
}

/** The text of a notification may be read as markup. */
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Foreign text is handed over as words, never as a part of the script. */
const appleScript = [
  'on run argv',
  'display notification (item 2 of argv) with title (item 1 of argv)',
  'end run',
].flatMap((line) => ['-e', line])

async function onMac({ letter, env, commands }: Telling): Promise<Told> {
  const args = [...appleScript, 'Gas Town', letter.line]
  const child = { program: 'osascript', args, cwd: '/', env: definedOnly(env) }
  return toldBy(await commands.run({ ...child, deadline: noticeDeadline }))
}
