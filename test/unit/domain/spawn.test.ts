import { describe, expect, it } from 'vitest'
import { isOverdue, readAnnouncement, spawnSessionComplaint } from '../../../src/domain/spawn.js'
import { MINUTE, mail, NOW } from '../../support/town-builder.js'

const announced = (subject: string, body = '', createdAt: number | undefined = 5) =>
  readAnnouncement(mail({ id: 'gm-1', subject, body, createdAt }), NOW)

describe('a mail that announces a polecat', () => {
  it('names rig, polecat, session and issue', () => {
    expect(announced('POLECAT_STARTED gastown/toast', 'Issue: gt-1\nSession: gt-gastown-toast')).toEqual({
      spawn: {
        rig: 'gastown',
        polecat: 'toast',
        session: 'gt-gastown-toast',
        issue: 'gt-1',
        spawnedAt: 5,
        mailId: 'gm-1',
      },
    })
  })

  it.each([
    ['Session: a\nSession: b', 'b', ''],
    ['  Session: a  \r\n\tIssue: x', 'a', 'x'],
    ['session: a\nISSUE: x', '', ''],
    ['Session:\nIssue:', '', ''],
    ['The Session: a', '', ''],
    ['', '', ''],
  ])('the last line of each counts, in its exact words: %j', (body, session, issue) => {
    expect(announced('POLECAT_STARTED gastown/toast', body)).toMatchObject({ spawn: { session, issue } })
  })

  it('is as old as the look when it has no time', () => {
    const unstamped = mail({ subject: 'POLECAT_STARTED gastown/toast', createdAt: undefined })
    expect(readAnnouncement(unstamped, NOW)).toMatchObject({ spawn: { spawnedAt: NOW } })
  })

  it.each([
    'polecat_started a/b',
    ' POLECAT_STARTED a/b',
    'POLECAT_STARTEDa/b',
    'POLECAT_STARTED',
    'Re: POLECAT_STARTED a/b',
  ])('is not %j', (subject) => expect(announced(subject)).toBeUndefined())

  it.each([
    'gastown',
    'gastown/',
    '/toast',
    '../x/toast',
    'gastown/../x',
    'gastown/a/b',
    'gastown/-x',
    'gastown/a b',
    'gastown/a:b',
    'gastown/$(x)',
    'gastown/a\nb',
    'gastown/witness',
    ' gastown/toast',
    'gastown/toast ',
  ])('with the names %j names nobody', (names) => {
    const complaint = `${JSON.stringify(names)} names no <rig>/<polecat>`
    expect(announced(`POLECAT_STARTED ${names}`)).toEqual({ complaint })
  })

  it('with a megabyte of anything is answered in one short line', () => {
    const subject = `POLECAT_STARTED ${'/x'.repeat(500_000)}`
    const answer = announced(subject, '\n'.repeat(1_000_000))
    expect(answer && 'complaint' in answer && answer.complaint.length).toBeLessThan(120)
  })
})

describe('the session of a spawn', () => {
  const spawn = { rig: 'r', polecat: 'p', session: 'gt-r-p', issue: '', spawnedAt: 0, mailId: 'm' }
  it.each([
    ['gt-r-p', 'gt-r-p', undefined],
    ['', 'gt-r-p', 'it names no session'],
    ['gt-r-px', 'gt-r-p', 'it names the session "gt-r-px", and the polecat\'s is gt-r-p'],
    ['gt-r-p', undefined, 'there is no such polecat in this town'],
  ])('%j where the polecat has %j', (session, sessionName, complaint) => {
    expect(spawnSessionComplaint({ ...spawn, session }, sessionName)).toBe(complaint)
  })
})

describe('a spawn that waits', () => {
  const spawn = { rig: 'r', polecat: 'p', session: 's', issue: '', spawnedAt: NOW - 5 * MINUTE, mailId: 'm' }
  it.each([
    [5 * MINUTE, false],
    [5 * MINUTE - 1, true],
    [5 * MINUTE + 1, false],
  ])('with %d ms of grace is overdue: %s', (grace, isLate) => expect(isOverdue(spawn, NOW, grace)).toBe(isLate))
})
