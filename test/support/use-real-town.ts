import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { realPrograms } from './real-programs.js'
import { makeRealTown, type RealTown } from './real-town.js'
import { type TownLife, townLife } from './real-town-life.js'

/** What a test of a real town has at hand. */
export interface InTown extends TownLife {
  readonly town: RealTown
  /** A python3 that reads bd's databases. */
  readonly python: string
}

/** One real town for a test file, as new before each test; where the real programs are not installed every test is skipped and says why. */
export function useRealTown(): () => InTown {
  const programs = realPrograms()
  const raised: { town?: RealTown } = {}
  beforeAll(async () => {
    if (!('missing' in programs)) raised.town = await makeRealTown(programs)
  })
  beforeEach((ctx) => {
    if ('missing' in programs) ctx.skip(programs.missing)
  })
  afterEach(() => raised.town?.reset())
  afterAll(() => raised.town?.remove())
  return () => {
    const { town } = raised
    if (!town || 'missing' in programs) throw new Error('no town was made')
    return { town, python: programs.python, ...townLife(town) }
  }
}
