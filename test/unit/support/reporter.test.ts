import { expect, it } from 'vitest'
import { lastWords } from '../../support/reporter.js'

it('a run ends with what was counted, every skip, its reason, and the count', () => {
  const skipped = [{ test: 'a.test.ts > starts through zsh', reason: 'needs zsh: apt-get install zsh' }]
  const figures = [{ test: 'b.test.ts > killed anywhere', figure: '212 kill points' }]
  expect(lastWords({ passed: 12, failed: 1, skipped, figures })).toBe(
    [
      'counted: 212 kill points',
      '         by: b.test.ts > killed anywhere',
      'skipped: a.test.ts > starts through zsh',
      '         because: needs zsh: apt-get install zsh',
      '12 passed, 1 failed, 1 skipped',
      '',
    ].join('\n'),
  )
})
