import { describe, expect, it } from 'vitest'
import { isPolecat } from '../../../src/domain/conditions.js'
import { deliveredWork, failedDone, unverifiedWork } from '../../../src/domain/left-down-letters.js'
import { NOW, polecat } from '../../support/town-builder.js'

const sight = polecat('gastown', 'toast', { bead: { hook: 'gt-abc' } })
if (!isPolecat(sight)) throw new Error('toast is a polecat')
const toast = sight

describe('a letter about a polecat that stays down', () => {
  it('names the merged branch', () => {
    expect(
      deliveredWork(toast, { how: 'merged', because: 'its branch polecat/toast is merged into origin/main' }),
    ).toEqual({
      kind: 'MERGED_WORK',
      subject: 'MERGED_WORK: the work of gastown/toast is merged but still open',
      body: `Polecat toast is down. It is not restarted, because it would submit the same work again.

hook_bead: gt-abc
evidence: its branch polecat/toast is merged into origin/main

Action needed: Close the work, or put other work on its hook.`,
    })
  })

  it('names the merge request', () => {
    expect(deliveredWork(toast, { how: 'submitted', because: 'its merge request gt-mr1 is not closed' })).toMatchObject(
      {
        kind: 'SUBMITTED_WORK',
        subject: 'SUBMITTED_WORK: the work of gastown/toast is submitted but still open',
        body: expect.stringContaining('evidence: its merge request gt-mr1 is not closed\n'),
      },
    )
  })

  it('gives the reason in one line if that is not known, and the command that restarts it', () => {
    const { subject, body } = unverifiedWork(toast, 'git failed:\nfatal: not a tree')
    expect(subject).toBe('UNVERIFIED_WORK: gastown/toast is down, and its work may be merged already')
    expect(body).toContain('reason: git failed:; fatal: not a tree\n')
    expect(body).toContain('type: gt session start gastown/toast')
  })

  it('says until when nothing may happen to the work of a failed gt done', () => {
    expect(failedDone(toast, NOW)).toMatchObject({
      subject: 'FAILED_DONE: gt done of gastown/toast failed',
      body: expect.stringContaining('restart_at: 2026-01-05T12:00:00.000Z'),
    })
  })
})
