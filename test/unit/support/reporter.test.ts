import { expect, it } from 'vitest'
import { lastWords } from '../../support/reporter.js'

it('a run ends with what was counted, the skips and their reasons, the failures, and the count', () => {
  const skipped = [
    { test: 'a.test.ts > starts through zsh', reason: 'needs zsh: apt-get install zsh' },
    { test: 'a.test.ts > the real gt agrees', reason: 'needs gt on PATH' },
    { test: 'c.test.ts > reads what zsh wrote', reason: 'needs zsh: apt-get install zsh' },
  ]
  const figures = [{ test: 'b.test.ts > killed anywhere', figure: '212 kill points' }]
  const failed = [{ test: 'd.test.ts > starts once', why: 'expected \u001b[32m2\u001b[39m to be 1\nat d.test.ts:7' }]
  expect(lastWords({ passed: 12, failed, skipped, figures })).toBe(
    [
      'counted: 212 kill points',
      '         by: b.test.ts > killed anywhere',
      'skipped: because it needs zsh: apt-get install zsh',
      '         a.test.ts > starts through zsh',
      '         c.test.ts > reads what zsh wrote',
      'skipped: because it needs gt on PATH',
      '         a.test.ts > the real gt agrees',
      'failed: d.test.ts > starts once',
      '         expected 2 to be 1',
      '         at d.test.ts:7',
      '12 passed, 1 failed, 3 skipped',
      '',
    ].join('\n'),
  )
})

it('of a long failure its beginning is said', () => {
  const failed = [{ test: 'a.test.ts > a report', why: Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n') }]
  expect(lastWords({ passed: 0, failed, skipped: [], figures: [] }).split('\n').length).toBeLessThan(50)
})
