import { classic } from './ordinary-classic.js'
import { current } from './ordinary-current.js'

/** A town of each kind in which a check has something to do in every step. */
export const ordinaryTowns = { classic, current } as const
