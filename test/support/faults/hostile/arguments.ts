import type { Heard } from './hostile-stage.js'

const id = /^[A-Za-z0-9][\w.-]*$/
const name = /^[A-Za-z0-9][A-Za-z0-9_-]*$/
/** Exactly one session, one pane of it, one pane by its id, or none at all. */
const target = /^(=[A-Za-z0-9][A-Za-z0-9_-]*:(@\d+\.%\d+)?|%\d+|=\.:)$/
/** Keys are pressed by a command that tmux reads itself. */
const pressing = /^send-keys -t '%\d+' (-l -- 'Begin\.'|Enter)$/
const recipient = /^(mayor\/|[A-Za-z0-9][A-Za-z0-9_-]*\/witness)$/

/** Texts of several lines: what a mail and a bead say. */
const texts = new Set(['-m', '--description'])

/** What in the words of a program's call must not be there, a line each. */
export function forbiddenWords(call: Heard, root: string): readonly string[] {
  const said = `${call.program} ${JSON.stringify(call.args.slice(0, 12))}`
  return [...controls(call), ...wordsOf(call, root), ...place(call, root)].map(
    (what) => `${what}: ${said.slice(0, 400)}`,
  )
}

/** tmux is run in the root of the machine, everybody else in the town. */
const place = ({ cwd, program }: Heard, root: string): readonly string[] =>
  unless(program === 'tmux' || `${cwd ?? root}/`.startsWith(`${root}/`), `run in ${JSON.stringify(cwd)}`)

function controls({ program, args }: Heard): readonly string[] {
  const isText = (index: number): boolean => texts.has(args[index - 1] ?? '')
  // Where tmux listens is the word of whoever runs the check.
  const isSocket = (index: number): boolean => program === 'tmux' && index === 2
  const odd = args.filter(
    (word, index) => !isSocket(index) && (isText(index) ? /[^\P{Cc}\n\t]/u : /\p{Cc}/u).test(word),
  )
  return program === 'tmux' && args.includes('list-panes') ? [] : odd.map(() => 'a control character in a word')
}

function wordsOf({ program, args }: Heard, root: string): readonly string[] {
  switch (program) {
    case 'tmux':
      return tmuxWords(args, root)
    case 'bd':
      return bdWords(args)
    case 'gt':
      return gtWords(args)
    case 'git':
      return gitWords(args)
    default:
      return [`nobody calls ${program}`]
  }
}

const unless = (holds: boolean, what: string): readonly string[] => (holds ? [] : [what])

/** The words that follow this option, one for each time it stands there before a lone `--`. */
function after(option: string, args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  const ours = end < 0 ? args : args.slice(0, end)
  return ours.flatMap((word, index) => (ours[index - 1] === option ? [word] : []))
}

function tmuxWords(args: readonly string[], root: string): readonly string[] {
  return [
    ...unless(args[0] === '-u' && args[1] === '-S' && args[2]?.startsWith('/') === true, 'it does not name its socket'),
    ...after('-t', args).flatMap((word) => unless(target.test(word), `the target ${JSON.stringify(word)}`)),
    ...after('-s', args).flatMap((word) => unless(name.test(word), `the session ${JSON.stringify(word)}`)),
    ...after('-c', args).flatMap((word) => unless(isWithin(word, root), `the folder ${JSON.stringify(word)}`)),
    ...args
      .filter((word) => word.includes('send-keys'))
      .flatMap((word) => unless(pressing.test(word), 'it types something else')),
  ]
}

/** A folder of the town in which no format is left that tmux would run. */
const isWithin = (word: string, root: string): boolean => {
  // As tmux takes it: a semicolon at the end is no end of a command, and no format is left that it would run.
  const folder = word.replace(/\\;$/, ';').replaceAll('##', '\u0000')
  return (
    !folder.includes('#') && `${folder.replaceAll('\u0000', '#')}/`.startsWith(`${root}/`) && !word.includes('/../')
  )
}

function bdWords(args: readonly string[]): readonly string[] {
  const words = args.filter((word) => word !== '--readonly')
  const [verb, ...rest] = words
  if (verb === 'list' || verb === '--version' || verb === 'sync') return []
  const ids = verb === 'show' ? rest.filter((word) => word !== '--json') : rest.slice(0, 1)
  return ids.flatMap((word) => unless(id.test(word), `the id ${JSON.stringify(word)}`))
}

/** What git reads to find out whether work is merged. */
const gitReads =
  /^(rev-parse|symbolic-ref|for-each-ref|log|cherry|merge-base|rev-list|diff|diff-tree|patch-id|show-ref)$/
const gitWord = /^(HEAD|refs\/\S+|[0-9a-f]{7,}|--?[a-z][\w-]*(=.*)?|-n\d+)$/

const gitWords = ([verb = '', ...rest]: readonly string[]): readonly string[] => [
  ...unless(gitReads.test(verb), 'git does not only read'),
  ...rest
    .filter((word) => word !== '--')
    .flatMap((word) => unless(gitWord.test(word), `the word ${JSON.stringify(word)}`)),
]

function gtWords(args: readonly string[]): readonly string[] {
  const [verb, second, third] = args
  if (verb === '--version') return []
  if (verb === 'mail' && second === 'delete') return unless(id.test(third ?? ''), `the mail ${JSON.stringify(third)}`)
  if (verb === 'mail' && second === 'send')
    return unless(recipient.test(third ?? ''), `the recipient ${JSON.stringify(third)}`)
  const names = args.slice(2).flatMap((word) => word.split('/'))
  return [
    ...unless(second === 'start', 'it starts nobody'),
    ...names.flatMap((word) => unless(name.test(word), `the name ${JSON.stringify(word)}`)),
  ]
}
