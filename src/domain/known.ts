/** The answer to a question that was put to the world: it is known, or nobody can tell and `why` says so. */
export type Known<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string }

/** An answer that was had. */
export const known = <T>(value: T): Known<T> => ({ known: true, value })

/** No answer: `why` is one line for a person. Nothing may be started, stopped, marked or mailed because of it. */
export const cannotTell = (why: string): Known<never> => ({ known: false, why })

/** The same answer with its value changed; a missing answer stays one. */
export function mapKnown<T, U>(answer: Known<T>, change: (value: T) => U): Known<U> {
  return answer.known ? known(change(answer.value)) : answer
}
