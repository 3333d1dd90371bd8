/** Takes secrets out of a text that is told or kept. */
export type Redaction = (text: string) => string

const hidden = '***'
const wordEnd = `[^\\s"'\\\\,;&]`
const secretName = 'api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|token|secret|password|passwd|passphrase'

/** What a secret looks like, wherever it stands; $1 stays. None of them takes a quote or a backslash, so JSON stays JSON; all have a bound,
 *  so that no text is slow. Own code: libraries for this look at the keys of objects, or are scanners of whole repositories. */
const forms: readonly RegExp[] = [
  // https://user:token@host, and https://token@host
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)(?!git@)[^\s/@"'\\<>]{1,512}(?=@)/gi,
  /()\bsk-(?:ant|proj|svcacct|or|live|test)-[\w-]{8,}/g,
  /()\b(?:sk-[A-Za-z0-9]{20,}|[sr]k_(?:live|test)_\w{8,})/g,
  /()\b(?:gh[oprsu]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,})/g,
  /()\b(?:xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|A[KS]IA[A-Z0-9]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g,
  /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?:[\w+/=\s:,-]|\\[nrt])*/g,
  /(\bauthorization["'\\]{0,2}\s?[=:]\s?["'\\]{0,2}(?:basic|bearer|token)?\s?)[\w.~+/=-]{8,}/gi,
  /(\bbearer\s)[\w.~+/=-]{16,}/gi,
  new RegExp(`(\\b[\\w-]{0,40}(?:${secretName})s?["'\\\\]{0,2}\\s?[=:]\\s?["'\\\\]{0,2})${wordEnd}{6,}`, 'gi'),
  new RegExp(`(\\b[A-Z][A-Z0-9_]{0,40}_KEY=["'\\\\]{0,2})${wordEnd}{6,}`, 'g'),
]

/** No form fits in less; most texts that are asked for are names. */
const leastText = 12

/** The text without whatever looks like a secret. */
export const redacted: Redaction = (text) =>
  text.length < leastText ? text : forms.reduce((left, form) => left.replace(form, `$1${hidden}`), text)

const tellsASecret = new RegExp(`(?:${secretName}|(?:^|_)key|(?:^|_)credentials?)$`, 'i')
/** A shorter value is a word that stands everywhere. */
const shortest = 8

/** The same, and without the values of those variables whose names say that they are secret. */
export function redactionFor(env: Readonly<Record<string, string | undefined>>): Redaction {
  const values = Object.entries(env)
    .flatMap(([name, value = '']) => (tellsASecret.test(name) && value.length >= shortest ? [value] : []))
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
    .toSorted((one, other) => other.length - one.length)
  return (text) => redacted(values.reduce((left, value) => left.replaceAll(value, hidden), text))
}
