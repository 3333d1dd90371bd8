/** Takes secrets out of a text that is told or kept. */
export type Redaction = (text: string) => string

const hidden = '***'
const wordEnd = `[^\\s"'\\\\,;&]`
const secretName = 'api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|token|secret|password|passwd|passphrase'

/** What a secret looks like; $1 stays. */
interface Form {
  /** One of these is in each of them, in small letters: most texts have none, and a form that is not looked for costs nothing. */
  readonly marks: readonly string[]
  readonly form: RegExp
}

/** Secrets of every kind, wherever they stand. None of them takes a quote or a backslash, so JSON stays JSON; all have a bound, so that no text
 *  is slow. Own code: libraries for this look at the keys of objects, or are scanners of whole repositories. */
const forms: readonly Form[] = [
  // https://user:token@host, and https://token@host
  { marks: ['://'], form: /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)(?!git@)[^\s/@"'\\<>]{1,512}(?=@)/gi },
  { marks: ['sk-'], form: /()\bsk-(?:ant|proj|svcacct|or|live|test)-[\w-]{8,}/g },
  { marks: ['sk-', 'sk_', 'rk_'], form: /()\b(?:sk-[A-Za-z0-9]{20,}|[sr]k_(?:live|test)_\w{8,})/g },
  {
    marks: ['gh', 'glpat-', 'npm_', 'hf_'],
    form: /()\b(?:gh[oprsu]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,})/g,
  },
  {
    marks: ['xox', 'aiza', 'akia', 'asia', 'eyj'],
    form: /()\b(?:xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|A[KS]IA[A-Z0-9]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g,
  },
  { marks: ['private key'], form: /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?:[\w+/=\s:,-]|\\[nrt])*/g },
  {
    marks: ['authorization'],
    form: /(\bauthorization["'\\]{0,2}\s?[=:]\s?["'\\]{0,2}(?:basic|bearer|token)?\s?)[\w.~+/=-]{8,}/gi,
  },
  { marks: ['bearer'], form: /(\bbearer\s)[\w.~+/=-]{16,}/gi },
  {
    marks: ['key', 'token', 'secret', 'passw', 'passphrase'],
    form: new RegExp(`(\\b[\\w-]{0,40}(?:${secretName})s?["'\\\\]{0,2}\\s?[=:]\\s?["'\\\\]{0,2})${wordEnd}{6,}`, 'gi'),
  },
  { marks: ['_key='], form: new RegExp(`(\\b[A-Z][A-Z0-9_]{0,40}_KEY=["'\\\\]{0,2})${wordEnd}{6,}`, 'g') },
]

/** No form fits in less; most texts that are asked for are names. */
const leastText = 12

/** The text without whatever looks like a secret. */
export function redacted(text: string): string {
  if (text.length < leastText) return text
  const small = text.toLowerCase()
  const mayBeIn = ({ marks }: Form): boolean => marks.some((mark) => small.includes(mark))
  return forms.filter(mayBeIn).reduce((left, { form }) => left.replace(form, `$1${hidden}`), text)
}

const tellsASecret = new RegExp(`(?:${secretName}|(?:^|_)key|(?:^|_)credentials?)$`, 'i')
/** A shorter value is a word that stands everywhere. */
const shortest = 8

/** The same, and without the values of those variables whose names say that they are secret. */
export function redactionFor(env: Readonly<Record<string, string | undefined>>): Redaction {
  const values = Object.entries(env)
    .flatMap(([name, value = '']) => (value.length >= shortest && tellsASecret.test(name) ? [value] : []))
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
    .toSorted((one, other) => other.length - one.length)
  return (text) => redacted(values.reduce((left, value) => left.replaceAll(value, hidden), text))
}
