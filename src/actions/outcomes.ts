import type { Action, Outcome } from '../domain/action.js'
import { deedOf } from '../domain/describe.js'
import { redacted } from '../domain/redaction.js'
import type { Liveness } from '../domain/session.js'

type Detail = NonNullable<Outcome['detail']>

/** The deed was done. `error`: done, but something beside it was not, and a person may want to know. */
export function done(action: Action, detail: Detail = {}, error?: string): Outcome {
  return { action, outcome: 'done', ...(error === undefined ? {} : { error }), detail }
}

/** The deed was tried and failed; `error` is one line for a person. */
export const failed = (action: Action, error: string, detail: Detail = {}): Outcome => ({
  action,
  outcome: 'failed',
  error: redacted(error),
  detail,
})

/** Why a deed is left for a later check. `soon`: for want of time, so look again in 60 s. */
export interface Hindrance {
  readonly because: string
  readonly soon: boolean
  /** Somebody could not be asked. */
  readonly blind?: true
}

/** Why a deed was not done: tried in vain, or not even tried. */
export type Setback = { readonly error: string } | { readonly hindrance: Hindrance }

/** Not tried, and worth a look at the usual time only. */
export const hindered = (because: string): Setback => ({ hindrance: { because, soon: false } })

/** What was seen of a session, or not seen, keeps the deed from being done. */
export const notUnderstood = ({ because, blind }: Liveness): Hindrance =>
  blind ? { because, soon: false, blind } : { because, soon: false }

/** A setback in one line. */
export const reasonOf = (setback: Setback): string => ('error' in setback ? setback.error : setback.hindrance.because)

/** Not tried, because somebody could not be asked. */
export const blinded = (because: string): Setback => ({ hindrance: { because, soon: false, blind: true } })

/** The deed was not begun. */
export function postponed(action: Action, { blind, ...deferred }: Hindrance): Outcome {
  const outcome = { action: { ...action, deferred }, outcome: 'deferred' } as const
  return blind ? { ...outcome, blindSpot: { what: `whether to ${deedOf(action)}`, why: deferred.because } } : outcome
}

/** Remarks as one line, or undefined when there is none. */
export const remarked = (remarks: readonly string[]): string | undefined =>
  remarks.length > 0 ? remarks.join('; ') : undefined

/** What was thrown, as a line for a person. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The outcome of a deed that met a setback. */
export const setBack = (action: Action, setback: Setback, detail: Detail = {}): Outcome =>
  'error' in setback ? failed(action, setback.error, detail) : postponed(action, setback.hindrance)
