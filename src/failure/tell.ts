import { desktop } from './desktop.js'
import { mail } from './mail.js'
import { ownCommand } from './own-command.js'
import { systemLog } from './system-log.js'
import type { Telling, Told, Way } from './way.js'

const ways: readonly Way[] = [systemLog, desktop, mail, ownCommand]

/** One way and what became of it. */
export interface Gone {
  readonly way: Way['name']
  readonly told: Told
}

/** Tells it in every way that it has not gone yet, side by side. */
export const tellAll = (telling: Telling, gone: readonly string[]): Promise<readonly Gone[]> =>
  Promise.all(waysLeft(gone).map(async (way) => ({ way: way.name, told: await way.tell(telling) })))

/** The ways that it has not gone yet. */
export const waysLeft = (gone: readonly string[]): readonly Way[] => ways.filter(({ name }) => !gone.includes(name))

/** Whether it need not go this way again. */
export const isOver = ({ told }: Gone): boolean => told.how === 'told' || (told.how === 'failed' && told.perhaps)
