import { describe, expect, it } from 'vitest'
import { ownRequestObstacle, type TmuxClient } from '../../../src/domain/attached-clients.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { SessionSight } from '../../../src/domain/session.js'
import { ago, HOUR, MINUTE, NOW, SECOND, session } from '../../support/town-builder.js'

const client = (changes: Partial<TmuxClient> = {}): TmuxClient => ({
  name: '/dev/pts/1',
  createdAt: ago(HOUR),
  activityAt: ago(10 * SECOND),
  sessionId: '$1',
  sessionAttachedAt: ago(HOUR),
  windowId: '@1',
  ...changes,
})
const seen = (viewers = 1, changes: Partial<SessionSight> = {}): SessionSight =>
  session({ attached: viewers, windows: [{ id: '@1', viewers, panes: ['%1'] }], ...changes })
const rule = { sessionId: '$1', sentAt: ago(MINUTE), now: NOW, attachedGrace: 2 * MINUTE }
const late = { createdAt: ago(30 * SECOND), sessionAttachedAt: ago(30 * SECOND) }

describe('the request of an agent about its own session', () => {
  it.each<[string, readonly TmuxClient[], Partial<typeof rule>]>([
    ['beside a client that showed it before', [client()], {}],
    ['beside a client that came later and is idle', [client({ ...late, activityAt: ago(3 * MINUTE) })], {}],
    [
      'beside a client that came later and is idle for exactly so long',
      [client({ ...late, activityAt: ago(121 * SECOND) })],
      {},
    ],
    ['beside two clients that showed it before', [client(), client({ name: '/dev/pts/2' })], {}],
    [
      'beside a client of another session that has pressed no key since',
      [client({ sessionId: '$2', activityAt: ago(2 * MINUTE) })],
      {},
    ],
    ['beside a client that showed it before and pressed a key just now', [client({ activityAt: NOW })], {}],
  ])('is carried out %s', (_, clients, changes) => {
    expect(ownRequestObstacle(seen(clients.length), known(clients), { ...rule, ...changes })).toBeUndefined()
  })

  it.each<[string, readonly TmuxClient[], object]>([
    ['for a client that came later', [client(late)], {}],
    ['for a client that came in the same second', [client({ createdAt: ago(MINUTE) })], {}],
    ['for a client that was switched to the session later', [client({ sessionAttachedAt: ago(30 * SECOND) })], {}],
    ['for a client of another session that has pressed a key since', [client({ sessionId: '$2' })], {}],
    ['for the one of two clients that came later', [client(), client({ name: '/dev/pts/2', ...late })], {}],
    ['for any client, where nothing tells when it was sent', [client()], { sentAt: undefined }],
    ['for a client whose times lie in the future', [client({ createdAt: NOW + HOUR, activityAt: NOW + HOUR })], {}],
    [
      'for a client that is idle for a moment less than so long',
      [client({ ...late, activityAt: ago(120 * SECOND) })],
      {},
    ],
  ])('waits %s', (_, clients, changes) => {
    const obstacle = ownRequestObstacle(seen(clients.length), known(clients), { ...rule, ...changes })
    expect(obstacle?.because).toContain('waits until they pause for 2m (attachedGrace)')
    expect(obstacle?.until).toBeGreaterThan(NOW)
    expect(obstacle?.until).toBeLessThanOrEqual(NOW + 2 * MINUTE + SECOND)
  })

  it.each<[string, Parameters<typeof ownRequestObstacle>[0], Parameters<typeof ownRequestObstacle>[1], string]>([
    ['while a second pane lives', seen(0, { panes: 2 }), known([]), 'its session has a second pane'],
    [
      'while a second pane lives, beside a client',
      seen(1, { panes: 2 }),
      known([client()]),
      'its session has a second pane',
    ],
    [
      'while this check runs in it',
      seen(1, { holdsThisCheck: true }),
      known([client()]),
      'this check runs in its session',
    ],
    ['for a client that is not in the list', seen(2), known([client()]), 'a person is attached to its session'],
    ['for clients that show other windows', seen(1), known([client({ windowId: '@7' })]), 'a person is attached'],
    ['when the clients were not asked for', seen(1), undefined, 'tmux does not tell since when'],
    ['when the clients cannot be asked for', seen(1), cannotTell('tmux timed out'), 'since when: tmux timed out'],
  ])('waits %s', (_, session, clients, because) => {
    expect(ownRequestObstacle(session, clients, rule)?.because).toContain(because)
  })

  it('is carried out where nobody is, whether or not the clients were asked for', () => {
    expect(ownRequestObstacle(seen(0), undefined, rule)).toBeUndefined()
    expect(ownRequestObstacle(seen(0), known([client({ windowId: '@9' })]), rule)).toBeUndefined()
  })

  it('waits no more for a client that was told, and still for another one', () => {
    const [one, two] = [client(late), client({ name: '/dev/pts/2', ...late })]
    const isTold = ({ name }: TmuxClient) => name === one.name
    expect(ownRequestObstacle(seen(1), known([one]), { ...rule, isTold })).toBeUndefined()
    expect(ownRequestObstacle(seen(2), known([one, two]), { ...rule, isTold })).toBeDefined()
  })

  it('says who is there, how long ago they pressed a key, and what it waits for', () => {
    expect(ownRequestObstacle(seen(), known([client(late)]), rule)?.because).toBe(
      'a person is attached to its session and pressed a key 10s ago; it waits until they pause for 2m (attachedGrace)',
    )
    const elsewhere = seen(1, { attached: 0 })
    expect(ownRequestObstacle(elsewhere, known([client({ sessionId: '$2' })]), rule)?.because).toContain(
      'a person looks at its window from another tmux session and pressed a key 10s ago',
    )
  })
})
