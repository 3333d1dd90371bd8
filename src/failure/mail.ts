import { commandOf } from '../dialects/dialect.js'
import { presumedKind } from '../find-dialect.js'
import { type Telling, type Told, toldBy, type Way } from './way.js'

const to = 'mayor/'

/** A letter to whoever runs the town. */
export const mail: Way = {
  name: 'mail to mayor/',
  async tell({ letter, root, settings, env, commands }: Telling): Promise<Told> {
    if (root === undefined || settings === undefined) return { how: 'absent', why: 'no town was found' }
    const { subject, body } = letter
    const dialect = presumedKind({ root, settings }).open(root, [])
    const command = commandOf(dialect, dialect.sendMail(root, { to, subject, body }), { root, env })
    return toldBy(await commands.run({ ...command, deadline: settings.deadline }))
  },
}
