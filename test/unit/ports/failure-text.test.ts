import { expect, test } from 'vitest'
import { failureText } from '../../../src/ports/failure-text.js'

const bd = { program: '/usr/bin/bd', args: ['list', '--type=agent'], cwd: '/town' }
const silent = { stdout: '', stderr: '' }

test.each([
  [{ kind: 'timeout', limit: 20_000 } as const, silent, 'bd list --type=agent in /town: timed out after 20 s'],
  [{ kind: 'missing' } as const, silent, 'bd list --type=agent in /town: bd is not installed, or not on PATH'],
  [
    { kind: 'exit', exitCode: 3 } as const,
    { stdout: 'o', stderr: 'a\nb\n\n' },
    'bd list --type=agent in /town: exit code 3: b',
  ],
  [
    { kind: 'exit', exitCode: 3 } as const,
    { stdout: 'only this\n', stderr: ' ' },
    'bd list --type=agent in /town: exit code 3: only this',
  ],
  [
    { kind: 'exit', exitCode: 1 } as const,
    {
      stdout: '',
      stderr: 'Warning: x\n{\n  "error": "failed to open database: Dolt server unreachable\\n\\nStart it"\n}\n',
    },
    'bd list --type=agent in /town: exit code 1: failed to open database: Dolt server unreachable',
  ],
  [
    { kind: 'exit', exitCode: 1 } as const,
    { stdout: '', stderr: '{\n  "error": "\\q"\n}' },
    'bd list --type=agent in /town: exit code 1: }',
  ],
  [
    { kind: 'exit', exitCode: 1 } as const,
    {
      stdout: '⚠ Deleted 0/1 messages\n',
      stderr: 'Error: no such mail\nUsage:\n  gt mail delete <id>\n\n  -h, --help   help',
    },
    'bd list --type=agent in /town: exit code 1: no such mail',
  ],
  [
    { kind: 'exit', exitCode: 1 } as const,
    { stdout: '⚠ Deleted 0/1 messages\n  Error: hq-1: read only\n', stderr: 'Usage:\n  gt mail delete <id>' },
    'bd list --type=agent in /town: exit code 1: hq-1: read only',
  ],
  [{ kind: 'signal', detail: 'SIGSEGV' } as const, silent, 'bd list --type=agent in /town: ended by SIGSEGV'],
  [
    { kind: 'too-much-output', limit: 67_108_864 } as const,
    silent,
    'bd list --type=agent in /town: printed more than 64 MiB',
  ],
  [
    { kind: 'not-started', detail: 'spawn EAGAIN\n at x' } as const,
    silent,
    'bd list --type=agent in /town: could not be started: spawn EAGAIN',
  ],
])('%j', (ending, output, expected) => {
  expect(failureText(bd, ending, output)).toBe(expected)
})

test('long words are cut, and foreign text stays on its line', () => {
  const long = { program: 'gt', args: ['mail', 'send', 'x'.repeat(200)], cwd: '/a\nb' }
  const text = failureText(long, { kind: 'exit', exitCode: 1 }, { stdout: '', stderr: `\u001b[31m${'y'.repeat(999)}` })
  expect(text).toMatch(/^gt mail send x+ … in \/a b: exit code 1: \[31my+$/)
  expect(text.length).toBeLessThan(460)
})
