import { describe, expect, it } from 'vitest'
import { isPassing, versionedNode } from '../../../src/schedulers/node-homes.js'

const user = { home: '/home/nina', user: 'nina' }

describe('a node whose path has a version in it', () => {
  it.each<[string, string, string]>([
    ['/home/nina/.nvm/versions/node/v20.1.0/bin/node', 'nvm', '/home/nina/.nvm/current/bin/node'],
    [
      '/home/nina/.local/share/fnm/node-versions/v22.1.0/installation/bin/node',
      'fnm',
      '/home/nina/.local/share/fnm/aliases/default/bin/node',
    ],
    ['/home/nina/.volta/tools/image/node/20.1.0/bin/node', 'volta', '/home/nina/.volta/bin/node'],
    ['/home/nina/.asdf/installs/nodejs/20.1.0/bin/node', 'asdf', '/home/nina/.asdf/shims/node'],
    ['/home/nina/.local/share/mise/installs/node/20.1.0/bin/node', 'mise', '/home/nina/.local/share/mise/shims/node'],
    ['/home/nina/.nodenv/versions/20.1.0/bin/node', 'nodenv', '/home/nina/.nodenv/shims/node'],
    ['/home/nina/.nodebrew/node/v20.1.0/bin/node', 'nodebrew', '/home/nina/.nodebrew/current/bin/node'],
    ['/opt/homebrew/Cellar/node@22/22.1.0/bin/node', 'Homebrew', '/opt/homebrew/opt/node@22/bin/node'],
    ['/snap/node/9999/bin/node', 'snap', '/snap/bin/node'],
    ['/nix/store/abc-nodejs-22/bin/node', 'Nix', '/home/nina/.nix-profile/bin/node'],
  ])('%s is of %s, and lasts as %s', (node, of, lasting) => {
    expect(versionedNode(node, user)).toMatchObject({ of, lasting: expect.arrayContaining([lasting]) })
  })

  it.each(['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node'])('is not %s', (node) => {
    expect(versionedNode(node, user)).toBeUndefined()
  })
})

describe('a folder of PATH that ends with the shell', () => {
  it.each([
    ['/run/user/1000/fnm_multishells/1_2/bin', true],
    ['/home/nina/.local/state/fnm_multishells/1_2/bin', true],
    ['/x/node_modules/.bin', true],
    ['/home/nina/.npm/_npx/ab/node_modules/.bin', true],
    ['/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin', true],
    ['/usr/bin', false],
    ['/home/nina/.local/bin', false],
  ])('%s: %s', (folder, passing) => {
    expect(isPassing(folder)).toBe(passing)
  })
})
