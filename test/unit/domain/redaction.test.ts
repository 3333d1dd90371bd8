import { describe, expect, it } from 'vitest'
import { redacted, redactionFor } from '../../../src/domain/redaction.js'

const long = 'Abcdefgh1234567890Abcdefgh1234567890'

describe('a text', () => {
  it.each([
    ['https://user:token@host/x.git', 'https://***@host/x.git'],
    ['fetch HTTPS://token@host failed', 'fetch HTTPS://***@host failed'],
    ['sk-ant-api03-abcdefgh is invalid', '*** is invalid'],
    ['sk-proj-abcdefgh', '***'],
    [`sk-${'A'.repeat(20)}`, '***'],
    ['sk_live_abcdefgh', '***'],
    ['rk_test_abcdefgh', '***'],
    [`gho_${long}`, '***'],
    [`github_pat_${long}`, '***'],
    [`glpat-${long}`, '***'],
    [`npm_${long}`, '***'],
    [`hf_${long}`, '***'],
    [`xoxb-${long}`, '***'],
    [`AIza${long}`, '***'],
    ['AKIAABCDEFGHIJKLMNOP', '***'],
    ['ASIAABCDEFGHIJKLMNOP', '***'],
    [`eyJ${long}.${long}.${long}`, '***'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIabc=', '-----BEGIN RSA PRIVATE KEY-----***'],
    ['Authorization: Basic abcdefgh', 'Authorization: Basic ***'],
    [`it sent BEARER ${long}`, 'it sent BEARER ***'],
    ['api_key=abcdef', 'api_key=***'],
    ['Access-Key: abcdef', 'Access-Key: ***'],
    ['secretkey=abcdef', 'secretkey=***'],
    ['PRIVATE_KEY=abcdef', 'PRIVATE_KEY=***'],
    ['MY_TOKENS="abcdef"', 'MY_TOKENS="***"'],
    ['"client_secret": "abcdef"', '"client_secret": "***"'],
    ['DB_PASSWORD=abcdef', 'DB_PASSWORD=***'],
    ['passwd: abcdef', 'passwd: ***'],
    ['Passphrase = abcdef', 'Passphrase = ***'],
    ['SIGNING_KEY=abcdef', 'SIGNING_KEY=***'],
  ])('is told without what looks like a secret: %s', (text, told) => {
    expect(redacted(text)).toBe(told)
    expect(redacted(`before: ${text}`)).toBe(`before: ${told}`)
  })

  it.each([
    'git@github.com:steveyegge/gastown.git',
    'ssh://git@github.com/steveyegge/gastown.git',
    'gt-gastown-refinery is at /home/me/gt, and looks next in 5m',
    'the key of the ledger: none',
    'a token is missing, and so is the task-force-of-four',
  ])('is told as it is where nothing does: %s', (text) => {
    expect(redacted(text)).toBe(text)
  })

  it('is told without the values of variables that are secret by their names, however they are written', () => {
    const redact = redactionFor({ SOME_CREDENTIAL: 'a "b" c d', MY_KEY: 'short', TOKEN_FILE: '/run/secrets/one' })
    expect(redact('a "b" c d')).toBe('***')
    expect(redact(JSON.stringify({ it: 'a "b" c d' }))).toBe('{"it":"***"}')
    expect(redact(encodeURIComponent('a "b" c d'))).toBe('***')
    expect(redact('short /run/secrets/one')).toBe('short /run/secrets/one')
  })
})
