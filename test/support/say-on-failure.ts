import { beforeEach } from 'vitest'
import { lastSaid } from './run-check.js'

// Whoever reads that a check exited with another code than was expected wants to know what it said: it stands as a second error there.
beforeEach(({ onTestFailed }) =>
  onTestFailed(() => {
    const said = lastSaid()
    if (said) throw new Error(`the last check said: ${said}`)
  }),
)
