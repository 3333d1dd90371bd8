import { setTimeout as sleep } from 'node:timers/promises'

type Answer<T> = T | undefined | false | null

/** Asks every 20 ms until the fact is there and returns it; after `within` milliseconds throws and names the fact. */
export async function waitFor<T>(fact: string, ask: () => Answer<T> | Promise<Answer<T>>, within = 15_000): Promise<T> {
  const deadline = Date.now() + within
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`waited ${within} ms in vain until ${fact}`)
    await sleep(20)
  }
}
