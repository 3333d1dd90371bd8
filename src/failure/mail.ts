import { classic } from '../dialects/classic.js'
import { commandOf } from '../dialects/dialect.js'
import { type Telling, type Told, toldBy, type Way } from './way.js'

const to = 'mayor/'

/** A letter to whoever runs the town. */
export const mail: Way = {
  name: 'mail to mayor/',
  async tell({ letter, root, settings, env, commands }: Telling): Promise<Told> {
    if (root === undefined || settings === undefined) return { how: 'absent', why: 'no town was found' }
    const { subject, body } = letter
    const command = commandOf(classic, classic.sendMail(root, { to, subject, body }), { root, env })
    return toldBy(await commands.run({ ...command, deadline: settings.deadline }))
  },
}
