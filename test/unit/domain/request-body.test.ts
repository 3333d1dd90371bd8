import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLifecycleSubject, readRequestBody } from '../../../src/dialects/request-body.js'
import { busyTime } from '../../support/busy-time.js'

describe('a lifecycle subject', () => {
  it.each(['LIFECYCLE: gastown-witness requesting cycle', 'lifecycle:', 'LifeCycle:x', 'LIFECYCLE:\nx'])(
    '%j is one',
    (subject) => expect(isLifecycleSubject(subject)).toBe(true),
  )
  it.each([' LIFECYCLE: x', 'LIFECYCLE x', 'Re: LIFECYCLE: x', 'lifecycle', '', 'l\u0131fecycle: x'])(
    '%j is none',
    (subject) => expect(isLifecycleSubject(subject)).toBe(false),
  )
})

describe('the body of a lifecycle mail', () => {
  it.each([
    ['{"action":"cycle"}', 'cycle'],
    ['{"ACTION":"Restart"}', 'restart'],
    ['STOP', 'shutdown'],
    ['stop', 'shutdown'],
    ['Action: Cycle\n', 'cycle'],
    ['  action: restart  ', 'restart'],
    ['{"action":"STOP"}', 'shutdown'],
    ['{"action":"shutdown"}', 'shutdown'],
    [' {"action":"cycle"} \n', 'cycle'],
    ['restart', 'restart'],
    ['Shutdown', 'shutdown'],
    ['{"action":"cycle","reason":"context 80% full"}', 'cycle'],
    ['{"reason":5,"action":"cycle","more":{"action":"stop"}}', 'cycle'],
    ['{"action":"cycle","Action":"restart"}', 'restart'],
    ['{"action":"cycle","Action":null}', 'cycle'],
    ['Action: shutdown\nReason: y', 'shutdown'],
    ['Action: shutdown\r\n\r\nReason: y\r\n', 'shutdown'],
    ['\n  Action: cycle  \nReason: the context is 80% full\nand more of that', 'cycle'],
    ['Action: cycle\n  action: CYCLE', 'cycle'],
    ['cycle --reason "context 80% full"', 'cycle'],
    ["stop --reason='work is done'", 'shutdown'],
    ['Restart\t--reason\tstuck', 'restart'],
    ['--reason full cycle', 'cycle'],
    ['cycle --reason 5', 'cycle'],
    ['cycle --reason', 'cycle'],
  ])('%j asks for a %s', (body, verb) => expect(readRequestBody(body)).toEqual({ verb }))

  it.each([
    ['{}', 'unknown lifecycle action: ""'],
    ['null', 'unknown lifecycle action: ""'],
    ['{"action":null}', 'unknown lifecycle action: ""'],
    ['{"action":" cycle"}', 'unknown lifecycle action: " cycle"'],
    ['{"action":"explode"}', 'unknown lifecycle action: "explode"'],
    ['{"__proto__":{"action":"cycle"}}', 'unknown lifecycle action: ""'],
    ['"cycle"', 'unparseable body: "\\"cycle\\""'],
    ['[]', 'unparseable body: "[]"'],
    ['', 'unparseable body: ""'],
    ['{"action":5}', 'unparseable body: "{\\"action\\":5}"'],
    ['{"action":"cycle"} x', 'unparseable body: "{\\"action\\":\\"cycle\\"} x"'],
    ['action: stop', 'unparseable body: "action: stop"'],
    ['Action: stop\nReason: y', 'unparseable body: "Action: stop\\nReason: y"'],
    ['Action: cycle\nAction: shutdown', 'unparseable body: "Action: cycle\\nAction: shutdown"'],
    ['Please\nAction: cycle', 'unparseable body: "Please\\nAction: cycle"'],
    ['cycle\nReason: y', 'unparseable body: "cycle\\nReason: y"'],
    ['cycle now', 'unparseable body: "cycle now"'],
    ['cycle --reason a b', 'unparseable body: "cycle --reason a b"'],
    ['cycle --force', 'unparseable body: "cycle --force"'],
    ['cycle --reason a --reason b', 'unparseable body: "cycle --reason a --reason b"'],
    ['cycle --no-reason', 'unparseable body: "cycle --no-reason"'],
    ['cycle -- restart', 'unparseable body: "cycle -- restart"'],
    ['\u001b[31mcycle', 'unparseable body: "\\u001b[31mcycle"'],
    ['\u202ecycle', 'unparseable body: "\\u{202e}cycle"'],
    ['\ud800', 'unparseable body: "\\ud800"'],
  ])('%j is not understood', (body, complaint) => {
    expect(readRequestBody(body)).toEqual({ complaint: `${complaint} (expected cycle, restart or shutdown)` })
  })

  it.each([
    'x'.repeat(1_000_000),
    '['.repeat(1_000_000),
    '"'.repeat(1_000_000),
    'action:'.repeat(150_000),
    `action: cycle\n${' '.repeat(1_000_000)}\naction: restart`,
    `${'\n'.repeat(1_000_000)}x`,
  ])('a megabyte of anything is answered at once and quoted briefly', (body) => {
    const begun = busyTime()
    const words = readRequestBody(body)
    expect(busyTime() - begun).toBeLessThan(1000)
    expect('complaint' in words && words.complaint.length).toBeLessThan(300)
  })

  it('a megabyte of reasons does not hide the action', () => {
    const reason = 'because '.repeat(125_000)
    expect(readRequestBody(JSON.stringify({ reason, action: 'cycle' }))).toEqual({ verb: 'cycle' })
    expect(readRequestBody(`Action: cycle\n${reason}\n`.repeat(2))).toEqual({ verb: 'cycle' })
  })

  it('whatever somebody writes is a verb or one complaint on one line', () => {
    const parts = fc.constantFrom(
      'cycle',
      'stop',
      'Action:',
      ' ',
      '\n',
      '"',
      "'",
      '--reason',
      '{',
      '}',
      'x',
      '=',
      '--',
      ':',
    )
    const texts = fc.oneof(
      fc.string(),
      fc.array(parts).map((some) => some.join('')),
    )
    fc.assert(
      fc.property(texts, (body) => {
        const words = readRequestBody(body)
        if ('verb' in words) expect(['cycle', 'restart', 'shutdown']).toContain(words.verb)
        else expect(words.complaint).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('an action is found in any case, among any other words of a JSON object', () => {
    const verbs = fc.constantFrom('cycle', 'restart', 'shutdown')
    const others = fc.dictionary(
      fc.string().filter((key) => key.toLowerCase() !== 'action'),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(verbs, others, fc.boolean(), (verb, more, isLoud) => {
        const action = isLoud ? verb.toUpperCase() : verb
        expect(readRequestBody(JSON.stringify({ ...more, action }))).toEqual({ verb })
      }),
    )
  })
})
