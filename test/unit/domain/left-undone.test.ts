import { expect, it } from 'vitest'
import { decide } from '../../../src/decide.js'
import { leftUndone } from '../../../src/domain/left-undone.js'
import { deacon, town } from '../../support/town-builder.js'

it('what a closed gate keeps from being done is found, and nothing is left to do', () => {
  const { actions, findings } = leftUndone(decide(town({}, deacon({ state: 'dead' }))))
  expect(actions).toEqual([])
  expect(findings).toMatchObject([
    { rule: 'deacon-running', agent: 'deacon', verdict: 'left-undone', wantsPerson: false },
  ])
  expect(findings[0]?.because).toMatch(/^start deacon: /)
})
