/** JSON that can say what a JavaScript value cannot: a key twice, `__proto__`, numbers beyond all numbers. */
export type Tree =
  | null
  | boolean
  | number
  | string
  | readonly Tree[]
  | { readonly members: readonly Member[] }
  /** Written as it stands. */
  | { readonly raw: string }
type Member = readonly [string, Tree]

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** A parsed value as a tree. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(treeOf)
  if (isRecord(value)) return { members: Object.entries(value).map(([key, one]): Member => [key, treeOf(one)]) }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return null
}

/** A tree as text. */
export function written(tree: Tree): string {
  if (isList(tree)) return `[${tree.map(written).join(',')}]`
  if (tree === null || typeof tree !== 'object') return JSON.stringify(tree)
  if ('raw' in tree) return tree.raw
  return `{${tree.members.map(([key, value]) => `${JSON.stringify(key)}:${written(value)}`).join(',')}}`
}

const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree)

/** How many places a tree has: itself, its elements, its members, and so on. */
export function placesIn(tree: Tree): number {
  if (isList(tree)) return 1 + sum(tree.map(placesIn))
  if (tree === null || typeof tree !== 'object' || 'raw' in tree) return 1
  return 1 + sum(tree.members.map(([, value]) => placesIn(value)))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0)

/** What takes a place: nothing (it goes), or some members or elements in place of the one; the key is undefined in a list. */
export type Change = (key: string | undefined, tree: Tree) => readonly Member[]

/** The tree with one place changed, counted from 0 as `placesIn` counts. */
export function changedAt(tree: Tree, place: number, change: Change): Tree {
  if (place === 0) return change(undefined, tree)[0]?.[1] ?? { raw: '' }
  let left = place - 1
  const within = (key: string | undefined, one: Tree): readonly Member[] => {
    const size = placesIn(one)
    const at = left
    left -= size
    if (at < 0 || at >= size) return [[key ?? '', one]]
    return at === 0 ? change(key, one) : [[key ?? '', changedAt(one, at, change)]]
  }
  if (isList(tree)) return tree.flatMap((one) => within(undefined, one).map(([, value]) => value))
  if (tree === null || typeof tree !== 'object' || 'raw' in tree) return tree
  return { members: tree.members.flatMap(([key, value]) => within(key, value)) }
}
