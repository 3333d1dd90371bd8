import { describe, expect, it } from 'vitest'
import { isSameSession } from '../../../src/actions/look-again.js'
import { session } from '../../support/town-builder.js'

const meant = { serverPid: 100, sessionId: '$1', paneStart: '4711@99' }
const dead = { status: 0, at: undefined }

describe('the session that is there now', () => {
  it.each([
    ['is the one that was meant', meant, undefined, true],
    ['is the one that was meant, its pane dead by now', { ...meant, paneStart: '4711@' }, dead, true],
    ['is the one that was meant, its process gone and tmux unaware', { ...meant, paneStart: '4711@' }, undefined, true],
    ['is another one: another process is in its pane', { ...meant, paneStart: '4711@100' }, undefined, false],
    ['is another one: the process that is gone was another', { ...meant, paneStart: '4712@' }, undefined, false],
    ['is another one: it was made later', { ...meant, sessionId: '$2' }, undefined, false],
    ['is another one: it is of another server', { ...meant, serverPid: 101 }, undefined, false],
  ])('%s', (_, identity, death, isSame) => {
    expect(isSameSession(meant, session({ identity, death }))).toBe(isSame)
  })
})
