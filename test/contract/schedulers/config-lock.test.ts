import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Busy } from '../../../src/errors.js'
import { alone } from '../../../src/schedulers/config-lock.js'
import { aMachine, strangeFolder } from './a-machine.js'

it('leaves it to another one that took its empty folders away in this moment', async () => {
  const folder = strangeFolder()
  const machine = aMachine(folder, { bin: join(folder, 'bin') })
  const settings = join(machine.configHome, 'gt-heartbeat')
  const done: string[] = []
  // The lock's binary is being loaded when this returns.
  const attempt = alone(machine, async () => void done.push('done'))
  expect(existsSync(settings)).toBe(true)
  rmSync(settings, { recursive: true })
  await expect(attempt).rejects.toThrow(Busy)
  expect(done).toEqual([])
})
