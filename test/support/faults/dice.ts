/** Numbers that look like chance and are the same each time for the same seed. */
export interface Dice {
  readonly seed: number
  /** A whole number from 0 up to, not including, `sides`. */
  roll(sides: number): number
  of<T>(choices: readonly [T, ...T[]]): T
}

/** $FAULTS_SEED, or a new seed: it is printed by who throws them. */
export const anySeed = (): number => Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Dice of a seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed
  const roll = (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
  return { seed, roll, of: (choices) => choices[roll(choices.length)] ?? choices[0] }
}
