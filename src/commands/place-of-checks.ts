import { findTown, type Place, type Whereabouts } from '../find-town.js'
import { splitWords } from '../words.js'

/** The town as checks open it: with the configuration and the kind of town that their own $GT_HEARTBEAT_OPTS names. */
export function placeOfChecks(
  place: Place,
  where: Pick<Whereabouts, 'config' | 'env' | 'cwd'>,
  options: string | undefined,
): Place {
  const split = splitWords(options ?? '')
  // A line that nobody can split ends every check with a message of its own.
  const words = 'words' in split ? split.words : []
  const [config, dialect] = [where.config ?? optionIn(words, '--config'), optionIn(words, '--dialect')]
  if (config === where.config && dialect === undefined) return place
  return findTown({ ...where, town: place.root, config, dialect })
}

/** `--name value` or `--name=value`; the last counts. */
function optionIn(words: readonly string[], name: string): string | undefined {
  const at = words.findLastIndex((word) => word === name || word.startsWith(`${name}=`))
  const word = words[at]
  return word === name ? words[at + 1] : word?.slice(name.length + 1)
}
