/** Where somebody keeps node in a folder that is named after its version, and where the same is found whatever the version. */
interface NodeHome {
  /** Whose folder it is, for a person. */
  readonly of: string
  /** On the real path of node. */
  readonly pattern: RegExp
  /** Paths of node that outlive the version, best first. `$1` and `$2` are what the pattern caught, `~` is the home. */
  readonly lasting: readonly string[]
}

const homes: readonly NodeHome[] = [
  {
    of: 'fnm',
    pattern: /^(.+)\/node-versions\/v[^/]+\/installation\/bin\/node$/,
    lasting: ['$1/aliases/default/bin/node'],
  },
  { of: 'volta', pattern: /^(.+)\/tools\/image\/node\/[^/]+\/bin\/node$/, lasting: ['$1/bin/node'] },
  { of: 'asdf', pattern: /^(.+)\/installs\/nodejs\/[^/]+\/bin\/node$/, lasting: ['$1/shims/node'] },
  {
    of: 'mise',
    pattern: /^(.+)\/installs\/node\/[^/]+\/bin\/node$/,
    lasting: ['$1/shims/node', '$1/installs/node/latest/bin/node'],
  },
  { of: 'nvm', pattern: /^(.+)\/versions\/node\/v[^/]+\/bin\/node$/, lasting: ['$1/current/bin/node'] },
  { of: 'nodenv', pattern: /^(.+\/\.?nodenv)\/versions\/[^/]+\/bin\/node$/, lasting: ['$1/shims/node'] },
  { of: 'nodebrew', pattern: /^(.+\/\.nodebrew)\/node\/v[^/]+\/bin\/node$/, lasting: ['$1/current/bin/node'] },
  {
    of: 'Homebrew',
    pattern: /^(.+)\/Cellar\/(node[^/]*)\/[^/]+\/bin\/node$/,
    lasting: ['$1/opt/$2/bin/node', '$1/bin/node'],
  },
  { of: 'snap', pattern: /^(\/snap)\/node\/[^/]+\/bin\/node$/, lasting: ['$1/bin/node'] },
  {
    of: 'Nix',
    pattern: /^\/nix\/store\/[^/]+\/bin\/node$/,
    lasting: [
      '~/.nix-profile/bin/node',
      '~/.local/state/nix/profile/bin/node',
      '/etc/profiles/per-user/$USER/bin/node',
      '/run/current-system/sw/bin/node',
    ],
  },
]

/** Whose version a node is, and where to look for one that lasts; undefined: its path has no version in it. `node` is its real path. */
export function versionedNode(node: string, { home, user }: { readonly home: string; readonly user: string }) {
  for (const { of, pattern, lasting } of homes) {
    const match = pattern.exec(node)
    if (match === null) continue
    const filled = (path: string): string =>
      path
        .replace(/^~/, () => home)
        .replace('$USER', () => user)
        .replace('$1', () => match[1] ?? '')
        .replace('$2', () => match[2] ?? '')
    return { of, lasting: lasting.map(filled) }
  }
  return undefined
}

/** Folders of a shell's PATH that end with that shell, or with the npm run that made them. */
export const isPassing = (folder: string): boolean =>
  /\/fnm_multishells\/|\/node_modules\/\.bin$|\/node-gyp-bin$|\/_npx\/|^\/(proc|dev)\/|^\/run\/user\//.test(folder)
