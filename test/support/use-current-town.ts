import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type CurrentTown, makeCurrentTown } from './current-town.js'
import { type CurrentLife, currentLife } from './current-town-life.js'
import { currentPrograms } from './real-programs.js'

/** What a test of a real town of today has at hand. */
export interface InCurrentTown extends CurrentLife {
  readonly town: CurrentTown
}

/** One such town for a test file, as new before each test; where the real programs are not installed every test is skipped and says why. */
export function useCurrentTown(): () => InCurrentTown {
  const programs = currentPrograms()
  const raised: { town?: CurrentTown } = {}
  beforeAll(async () => {
    if (!('missing' in programs)) raised.town = await makeCurrentTown(programs)
  })
  beforeEach((ctx) => {
    if ('missing' in programs) ctx.skip(programs.missing)
  })
  afterEach(() => raised.town?.reset())
  afterAll(() => raised.town?.remove())
  return () => {
    const { town } = raised
    if (!town) throw new Error('no town was made')
    return { town, ...currentLife(town) }
  }
}
