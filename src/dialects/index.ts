import { classicKind } from './classic.js'
import { currentKind } from './current.js'
import type { Kind } from './dialect.js'

/** Every kind of Gas Town that this program knows: another one is a file in this folder and a line here. */
export const kinds: readonly Kind[] = [classicKind, currentKind]

/** What a town is taken for of which nothing says what it is. */
export const usualKind: Kind = classicKind

/** The kind of that name; undefined when there is none. */
export const kindNamed = (name: string): Kind | undefined => kinds.find((kind) => kind.name === name)
