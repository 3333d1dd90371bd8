/** Does something with each, so many at once, and returns what came of it, in the order given. */
export async function sideBySide<T, R>(
  all: readonly T[],
  width: number,
  act: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>()
  const queue = [...all.entries()]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results.set(next[0], await act(next[1]))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return [...results].sort(([one], [other]) => one - other).map(([, result]) => result)
}
