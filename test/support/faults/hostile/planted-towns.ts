import type { HostileTown } from './hostile-town.js'
import { wellFormed } from './hostile-words.js'
import { ordinaryTowns } from './ordinary-town.js'
import { plantedWords } from './planted-words.js'

/** A place in a town where a stranger's word may stand: a file or an answer, and what stands there otherwise. */
type Spot = readonly [where: string, from: string]

/** What becomes part of a command line, a path or a line for people, if nothing keeps it from that. */
const spots: Readonly<Record<HostileTown['kind'], readonly Spot[]>> = {
  classic: [
    ['mail', '"gm-1"'],
    ['mail', '"gm-3"'],
    ['mail', 'from:gastown/crew/max'],
    ['mail', 'max requesting cycle'],
    ['mail', 'gastown/fresh'],
    ['mail', 'gt-gastown-fresh'],
    ['agents', '"gt-gastown-refinery"'],
    ['agents', '"gt-gastown-polecat-toast"'],
    ['agents', 'hook_bead: gt-w1'],
    ['agents', 'hook_bead: gt-w2'],
    ['panes', '"gt-gastown-stuck"'],
    ['panes', '"@town@/gastown/crew/max"'],
    ['mayor/rigs.json', '"reef"'],
    ['mayor/rigs.json', '"re-"'],
    ['daemon/heartbeat/ledger.json', '"gm-began"'],
    ['daemon/heartbeat/ledger.json', '"reef/witness"'],
    ['spawn/pending.json', '"gt-gastown-stuck"'],
    ['spawn/pending.json', '"gone"'],
    ['.beads/routes.jsonl', '"gastown/mayor/rig"'],
  ],
  current: [
    ['mail', '"gm-1"'],
    ['hooked', '"ga-w1"'],
    ['hooked', '"gastown/polecats/toast"'],
    ['mayor/rigs.json', '"gastown"'],
    ['mayor/rigs.json', '"ga"'],
    ['gastown/config.json', '"ga"'],
    ['.beads/routes.jsonl', '"gastown"'],
    ['.runtime/deacon/paused.json', 'false'],
  ],
}

const folders = ['gastown/polecats', 'gastown/crew', 'reef/polecats', 'daemon/heartbeat/stand-down']

/** A word where another stood; with quotes around that, with quotes around it. */
function replaced(text: string, from: string, word: string): string {
  const json = JSON.stringify(word)
  const isWhole = from.startsWith('"') || from === 'false'
  const kept = from.replace(/[^:]*$/, '')
  return text.replaceAll(from, () => (isWhole ? json : `${kept}${json.slice(1, -1)}`))
}

function plantedAt(town: HostileTown, [where, from]: Spot, word: string): HostileTown {
  const { files, answers } = town
  const [file, answer] = [files[where], answers[where]]
  if (typeof file === 'string') return { ...town, files: { ...files, [where]: replaced(file, from, word) } }
  return { ...town, answers: { ...answers, [where]: replaced(answer ?? '', from, word) } }
}

const asName = (word: string): string => wellFormed(word.replace(/[/\0]/g, '_').slice(0, 60)) || '-'

/** A town for each of these words in each place, and for each as a name of a folder. */
const townsWith = (town: HostileTown, words: readonly string[]): readonly HostileTown[] =>
  words.flatMap((word) => [
    ...spots[town.kind].map((spot) => plantedAt(town, spot, word)),
    ...folders.map((folder) => ({ ...town, folders: [`${folder}/${asName(word)}`] })),
  ])

/** The words that do most harm, a kind each. */
const worst = ['-x', '$(pwned)', '\u001b]0;title\u0007', '../outside', 'a:b', '__proto__']

/** Every place of both kinds of town with every planted word in it; or, in a sample, with the worst of them. */
export const plantedTowns = (isSample: boolean): readonly HostileTown[] =>
  Object.values(ordinaryTowns).flatMap((town) => townsWith(town, isSample ? worst : plantedWords))
