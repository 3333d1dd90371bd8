import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { killGroup, signalGroup } from '../../../src/ports/child-group.js'

describe('a process group', () => {
  // Nothing is signalled here, whatever becomes of the guard.
  const kill = vi.fn<typeof process.kill>(() => true)
  beforeEach(() => void vi.spyOn(process, 'kill').mockImplementation(kill))
  afterEach(() => {
    kill.mockReset()
    vi.restoreAllMocks()
  })

  it('is signalled as the one of its leader', () => {
    signalGroup(4242, 'SIGTERM')
    killGroup(4243)
    expect(kill.mock.calls).toEqual([
      [-4242, 'SIGTERM'],
      [-4243, 'SIGKILL'],
    ])
  })

  it.each([0, 1, -1, -4242, Number.NaN, 1.5, Number.POSITIVE_INFINITY])(
    'is never that of %d: it would be our own, every process there is, or nobody knows which',
    (leader) => {
      signalGroup(leader, 'SIGKILL')
      killGroup(leader)
      expect(kill).not.toHaveBeenCalled()
    },
  )

  it('that is gone is fine', () => {
    kill.mockImplementation(() => {
      throw new Error('ESRCH')
    })
    expect(() => killGroup(4242)).not.toThrow()
  })
})
