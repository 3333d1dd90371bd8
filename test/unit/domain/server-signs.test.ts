import { describe, expect, it } from 'vitest'
import { type Surroundings, signOf } from '../../../src/domain/server-signs.js'

const town = { folder: '/home/you/gt', names: new Set(['gt-deacon']) }
const process = (shown: Partial<Surroundings>): Surroundings => ({
  pid: 7,
  folder: '/',
  commandLine: 'sleep\x300\0',
  environment: 'HOME=/home/you\0PWD=/\0',
  ...shown,
})
const signIn = (...shown: readonly Partial<Surroundings>[]): string | undefined =>
  signOf(shown.map(process), town, (folder) => folder.startsWith('/home/you/other'))

describe('a process of a tmux server belongs to the town', () => {
  it.each([
    ['works in the town', { folder: '/home/you/gt' }],
    ['works below it', { folder: '/home/you/gt/deacon' }],
    ['works in a folder of it that was deleted', { folder: '/home/you/gt/x/polecats/toast (deleted)' }],
    ['has the town in its environment', { environment: 'A=b\0GT_ROOT=/home/you/gt\0' }],
    ['has it in the middle of a list', { environment: 'PATH=/bin:/home/you/gt/bin:/usr/bin\0' }],
    ['has it on its command line', { commandLine: 'tmux\0new-session\0-c/home/you/gt/deacon\0'.replace('-c', '-c=') }],
    ['names one of its sessions', { commandLine: 'tmux\0new-session\0-s\0gt-deacon\0' }],
    ['names a session by a target', { commandLine: 'tmux\0attach\0-t\0=gt-deacon:\0' }],
  ])('that %s', (_, shown) => {
    expect(signIn({}, shown)).toMatch(/process 7 below it/)
  })

  it.each([
    ['works elsewhere', {}],
    ['works beside it', { folder: '/home/you/gt2' }],
    [
      'names another folder with the same beginning or end',
      { environment: 'A=/home/you/gt-old\0B=/mnt/home/you/gt.d\0' },
    ],
    ['names another session', { commandLine: 'tmux\0new\0-s\0my-gt-deacon\0-t\0gt-deacon-2\0' }],
    ['shows no working directory', { folder: undefined }],
  ])('but not one that %s', (_, shown) => {
    expect(signIn({}, shown)).toBeUndefined()
  })

  it('but not one that names a session while another process works in another town: its agents have the same names', () => {
    expect(signIn({ commandLine: 'tmux -s gt-deacon' }, { folder: '/home/you/other/deacon' })).toBeUndefined()
  })
})
