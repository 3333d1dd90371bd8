/** What a call of bd, gt or tmux asks, as `HostileTown` names it; '' for one that changes something. The stand-ins in
 *  `programs` go by the same words. */
export function questionOf(program: string, args: readonly string[]): string {
  const words = args.join(' ')
  if (program === 'tmux') return tmuxQuestion(words)
  if (words === '--version') return `${program}-version`
  if (program !== 'bd') return ''
  const found = bdQuestions.find(([pattern]) => pattern.test(words))
  return found?.[1] ?? ''
}

const bdQuestions = [
  [/ list .*(--type=agent|gt:agent)/, 'agents'],
  [/ list .*message --assignee deacon\/ /, 'mail'],
  [/ list .*message/, 'sent'],
  [/ list .*gt:rig/, 'rigs'],
  [/ list .*--status/, 'hooked'],
  [/ show /, 'show'],
] as const

function tmuxQuestion(words: string): string {
  if (words.includes(' list-panes ')) return 'panes'
  return words.includes(' capture-pane ') ? 'capture' : ''
}
