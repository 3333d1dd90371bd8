import { setTimeout as sleep } from 'node:timers/promises'

type Answer<T> = T | undefined | false | null

const OFTEN = 20
const SELDOM = 200
const SOON = 1000

/** Asks until the fact is there and returns it: every 20 ms, and after a second ever less often, for whoever has to do the
 *  work needs the processor too. After `within` milliseconds throws and names the fact. */
export async function waitFor<T>(fact: string, ask: () => Answer<T> | Promise<Answer<T>>, within = 40_000): Promise<T> {
  const began = Date.now()
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    const waited = Date.now() - began
    if (waited > within) throw new Error(`waited ${within} ms in vain until ${fact}`)
    await sleep(Math.min(SELDOM, OFTEN + Math.max(0, waited - SOON) / 20))
  }
}
