import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { located } from '../support/stand-ins.js'

const SET_UP = fileURLToPath(new URL('../../scripts/set-up', import.meta.url))
const SAYS = { node: 'v20.19.0', npm: '10.8.2', git: 'git version 2.39.5', tmux: 'tmux 3.2a' }

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'set-up-'))
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['sh', 'sed', 'grep'])
    symlinkSync(located(name, process.env['PATH'] ?? '') ?? name, join(folder, 'bin', name))
  for (const [name, version] of Object.entries(SAYS)) install(name, `echo '${version}'`)
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{}')
})
afterEach(() => rmSync(folder, { recursive: true }))

function install(name: string, line: string): void {
  const path = join(folder, 'bin', name)
  writeFileSync(path, `#!/bin/sh\n${line}\n`)
  chmodSync(path, 0o755)
}

/** Runs the set-up of the scripts on a machine that has only what was installed. */
const setUp = () =>
  spawnSync(join(folder, 'bin/sh'), ['-uc', `. '${SET_UP}'; set_up`], {
    cwd: folder,
    env: { PATH: join(folder, 'bin') },
    encoding: 'utf8',
  })

describe('the set-up of scripts/demo and scripts/test', () => {
  it('is quiet where all is there', () => {
    expect(setUp()).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })

  it.each([
    ['node', 'v18.20.0'],
    ['node', 'v20.18.3'],
    ['tmux', 'tmux 3.1c'],
    ['tmux', 'tmux 2.9'],
  ])('names %s when it is %s, and what to type', (name, version) => {
    install(name, `echo '${version}'`)
    const { status, stderr } = setUp()
    expect(status).toBe(1)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain(version)
    expect(stderr).toMatch(/^\w+ is .* or later is needed: .+/)
  })

  it.each(['tmux next-3.5', 'tmux master', 'tmux 3.10'])('takes %s', (version) => {
    install('tmux', `echo '${version}'`)
    expect(setUp().status).toBe(0)
  })

  it('names everything that is missing, a line each', () => {
    for (const name of Object.keys(SAYS)) rmSync(join(folder, 'bin', name))
    const { status, stderr } = setUp()
    expect(status).toBe(1)
    const lines = stderr.trim().split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['node', 'npm', 'git', 'tmux'])
  })

  it('installs packages where they are missing or older than the lock file, and only there', () => {
    install('npm', `case "$1" in --version) echo 10.8.2;; *) echo "npm $*" >&2;; esac`)
    expect(setUp().stderr).toBe('')
    rmSync(join(folder, 'node_modules'), { recursive: true })
    expect(setUp().stderr).toContain('npm ci')
  })
})
