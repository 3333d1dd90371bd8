import { type Call, commandOf } from '../dialects/dialect.js'
import type { Address } from '../domain/agent.js'
import type { ChildRecord, Ledger } from '../domain/ledger.js'
import type { Command, CommandResult } from '../ports/command.js'
import { processOf } from '../ports/processes.js'
import type { Performing } from './performing.js'

/** Runs a child that changes something for an agent ('' for nobody's): it stands in the ledger before it begins, and no
 *  longer when it has ended, so that a later check can end what a killed one left running. */
export async function runRecorded(
  { town }: Performing,
  address: Address,
  command: Omit<Command, 'before'>,
): Promise<CommandResult> {
  const children: ChildRecord[] = []
  const before: Command['before'] = ({ pid, startTime }) => {
    const child = { pid, startTime, program: command.program, address }
    children.push(child)
    town.ledger.change((ledger) => ({ ...ledger, children: [...ledger.children, child] }))
  }
  try {
    return await town.commands.run({ ...command, before })
  } finally {
    const ended = children.filter((child) => !stillRuns(child))
    if (ended.length > 0) town.ledger.change((ledger) => withoutChildren(ledger, ended))
  }
}

/** Makes a call of the dialect's that changes something, recorded as above. */
export function tell(performing: Performing, address: Address, call: Call): Promise<CommandResult> {
  const { town } = performing
  return runRecorded(performing, address, { ...commandOf(town.dialect, call, town), deadline: town.settings.deadline })
}

/** Makes a call of the dialect's that only asks. */
export function ask({ town }: Performing, call: Call): Promise<CommandResult> {
  return town.commands.run({ ...commandOf(town.dialect, call, town), deadline: town.settings.deadline })
}

/** Whether exactly this process is there and not only waiting to be collected. Throws when it cannot be told. */
export function stillRuns({ pid, startTime }: Pick<ChildRecord, 'pid' | 'startTime'>): boolean {
  const process = processOf(pid)
  return process !== undefined && process.startTime === startTime && process.state !== 'Z'
}

/** The ledger without these children. */
export function withoutChildren(ledger: Ledger, children: readonly ChildRecord[]): Ledger {
  const gone = new Set(children.map(({ pid, startTime }) => `${pid}@${startTime}`))
  return { ...ledger, children: ledger.children.filter(({ pid, startTime }) => !gone.has(`${pid}@${startTime}`)) }
}
