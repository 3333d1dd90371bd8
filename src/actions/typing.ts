import { now } from '../ports/clock.js'
import type { Performing } from './performing.js'

/** Writes down that `Begin.` is about to be typed for the spawn of this mail. */
export function startTyping({ town }: Performing, mailId: string): void {
  town.ledger.change((ledger) => ({ ...ledger, typing: { ...ledger.typing, [mailId]: now() } }))
}

/** Nothing is being typed for it (any more). */
export function stopTyping({ town }: Performing, mailId: string): void {
  if (town.ledger.current().typing[mailId] === undefined) return
  town.ledger.change(({ typing: { [mailId]: _, ...typing }, ...ledger }) => ({ ...ledger, typing }))
}

/** The polecat has had its word: never again for this mail. */
export function endTyping({ town }: Performing, mailId: string): void {
  town.ledger.change(({ typing: { [mailId]: _, ...typing }, ...ledger }) => ({
    ...ledger,
    typing,
    typed: { ...ledger.typed, [mailId]: now() },
  }))
}
