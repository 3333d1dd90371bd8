import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/cli.js'
import { configSchema } from '../../src/config/schema.js'
import type { Version } from '../../src/dialects/dialect.js'
import { kindNamed, kinds } from '../../src/dialects/index.js'
import { exitCodes } from '../../src/exit-codes.js'
import { flagsFor } from '../../src/request.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const README = read('README.md')

const PAPERS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/architecture.md',
  'docs/doctor.md',
  'docs/failures.md',
  'docs/lock.md',
  'docs/moving.md',
  'docs/performance.md',
  'docs/recovery.md',
  'docs/scheduling.md',
  'docs/security.md',
  'units/README.md',
  'launchd/README.md',
]

/** The anchors of a paper. */
const headingsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )

const foldersIn = (path: string): readonly string[] =>
  readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: read(`src/${file}`) }))

/** Every file that a person reads, or that prints a text. */
const TEXTS = [
  ...PAPERS,
  ...['units', 'launchd', 'scripts'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
  ),
  ...sources.map(({ file }) => `src/${file}`),
  'package.json',
]

/** The cells of a paper's row that begins with this one; '' for the heading of a table whose first column has none. */
function rowOf(text: string, first: string): readonly string[] {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  return rows.find(([head]) => head === first)?.slice(1) ?? []
}

/** The section of a paper with this heading. */
const sectionOf = (text: string, heading: string): string =>
  text.split(/^(?=##+ )/m).find((part) => part.startsWith(`${heading}\n`)) ?? ''

/** What a cell such as `up to 0.49` or `from 0.57` says: the last version on this side, and the first one beyond. */
function edgeOf(cell: string): readonly [inside: Version, beyond: Version] {
  const [, side = '', major = '', minor = ''] = /^(up to|from) (\d+)\.(\d+)$/.exec(cell) ?? []
  const at = (step: number): Version => [Number(major), Number(minor) + step, 0]
  return [at(0), at(side === 'from' ? -1 : 1)]
}

/** A finding of doctor where it is made. */
const FINDING = /\b(?:error|warning|ailment)\(\s*'([a-z-]+)'|\bcode: '([a-z-]+)'/g

describe('what is written for people', () => {
  it.each(PAPERS)('%s points only at what is there', (path) => {
    const targets = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '')
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([])
  })

  it.each(PAPERS)('%s points only at headings that are there', (path) => {
    const wanted = [...read(path).matchAll(/\]\(([^):#]*)#([^)]+)\)/g)].map(([, file = '', heading = '']) => ({
      text: read(file === '' ? path : join(dirname(path), file)),
      heading,
    }))
    expect(wanted.filter(({ text, heading }) => !headingsOf(text).includes(heading))).toEqual([])
  })

  it('has the exit codes as they are', () => {
    const rows = [...README.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map((match) => [match[2], Number(match[1])])
    expect(Object.fromEntries(rows)).toEqual(exitCodes)
  })

  it('shows a configuration that is one', () => {
    const example: unknown = JSON.parse(/```json\n([^`]+)```/.exec(README)?.[1] ?? '')
    expect(configSchema.safeParse(example).error).toBeUndefined()
  })

  it('tells of every kind of town, wherever it tells of them', () => {
    const names = kinds.map(({ name }) => name)
    const places = [
      sectionOf(README, '## Which kind of town'),
      sectionOf(read('docs/recovery.md'), '## Where the two kinds of town differ'),
    ]
    for (const place of places) expect(rowOf(place, '')).toEqual(names)
    const help = readCommandLine(['--help'], { env: {} })
    const text = 'text' in help ? help.text : ''
    expect(names.filter((name) => !new RegExp(`^  ${name} `, 'm').test(text))).toEqual([])
    expect(/--dialect <name> +([^(]+) \(/.exec(text)?.[1]?.split(' or ')).toEqual(names)
  })

  it('says which steps a kind of town has', () => {
    const table = sectionOf(read('docs/recovery.md'), '## Where the two kinds of town differ')
    const steps = kinds.map((kind) => kind.open('/nowhere', []).steps)
    const told = (row: string): readonly boolean[] => rowOf(table, row).map((cell) => cell === 'yes')
    expect(told('step 3, new polecats')).toEqual(steps.map(({ pendingSpawns }) => pendingSpawns))
    expect(told('step 5, stale agents')).toEqual(steps.map(({ staleAgents }) => staleAgents))
    for (const [nth, cell] of rowOf(table, 'step 8, no crash').entries()) {
      const sooner = steps.slice(0, nth).flatMap(({ restStates }) => restStates)
      const named = [...sooner, ...(cell.match(/(?<=`)[a-z-]+(?=`)/g) ?? [])]
      expect(steps[nth]?.restStates.filter((state) => !named.includes(state))).toEqual([])
    }
  })

  it.each(['gt', 'bd'] as const)('says which versions of %s a kind of town goes with', (program) => {
    const section = sectionOf(README, '## Which kind of town')
    const cells = rowOf(section, program)
    const spoken = rowOf(section, '').map((name, nth) => {
      const speaks = kindNamed(name)?.speaks[program]
      return edgeOf(cells[nth] ?? '').map((version) => speaks?.(version))
    })
    expect(spoken).toEqual(kinds.map(() => [true, false]))
  })

  it('shows a kind of town that is a file of its own, and the line that lists it', () => {
    const paper = sectionOf(read('CONTRIBUTING.md'), '## Adding a kind of town')
    const listed = kinds.map(({ name }) => `${name}Kind`).join(', ')
    expect(paper).toContain(`export const kinds: readonly Kind[] = [${listed}, comingKind]`)
    const imports = [...paper.matchAll(/import .* from '\.\/([^']+)\.js'/g)].map((match) => match[1])
    expect(imports.length).toBeGreaterThan(1)
    expect(imports.filter((path) => !existsSync(join(ROOT, `src/dialects/${path}.ts`)))).toEqual([])
  })

  it('names every folder of src in the map', () => {
    const map = read('docs/architecture.md')
    expect(foldersIn('src').filter((folder) => !map.includes(`${folder}/`))).toEqual([])
  })

  it('names every command in the map, and every command is there', () => {
    const named = /commands\/ +a file a verb: (.+)$/m.exec(read('docs/architecture.md'))?.[1]?.split(', ') ?? []
    expect(named.filter((verb) => !existsSync(join(ROOT, `src/commands/${verb}.ts`)))).toEqual([])
    expect(Object.keys(flagsFor).filter((verb) => !named.includes(verb))).toEqual([])
  })

  it('tells of every unit that is shipped, and of no other', () => {
    const shipped = readdirSync(join(ROOT, 'units')).filter((name) => /^gt-[^@]+\.(timer|service|path)$/.test(name))
    const papers = README + read('docs/scheduling.md')
    expect(shipped.filter((unit) => !papers.includes(`\`${unit}\``))).toEqual([])
    const named = new Set(papers.match(/\bgt-[a-z-]+\.(timer|service|path)\b/g))
    // Made by systemd-run, for one time.
    named.delete('gt-rearm.timer')
    expect([...named].filter((unit) => !shipped.includes(unit))).toEqual([])
  })

  it.each(TEXTS)('%s installs this package from its source, never by a name that anybody can register', (path) => {
    const byName = /\b(?:npm (?:install|i|add|exec)\b[^\n;&|#]*\s|npx (?:-\S+ )*)gt-heartbeat(?![\w./-])/g
    expect(read(path).match(byName) ?? []).toEqual([])
  })

  it('shows commands and options that there are', () => {
    const shown = [...README.matchAll(/^(?:cd \S+ && )?gt-heartbeat ([^#\n&|`]+)/gm)].map(
      (match) => match[1]?.trim() ?? '',
    )
    expect(shown.length).toBeGreaterThan(5)
    for (const line of shown) {
      expect(() => readCommandLine(line.split(/\s+/), { env: {} }), line).not.toThrow()
    }
  })

  it('tells of every finding of doctor, and of no other', () => {
    const code = sources.filter(({ file }) => /^(doctor|schedulers)\//.test(file)).map(({ text }) => text)
    const given = new Set(
      code.flatMap((text) => [...text.matchAll(FINDING)].map((match) => match[1] ?? match[2] ?? '')),
    )
    const told = new Set(
      [...read('docs/doctor.md').matchAll(/^\| (`.+?`) \|/gm)].flatMap(
        ([, codes = '']) => codes.match(/[a-z-]+/g) ?? [],
      ),
    )
    expect(given.size).toBeGreaterThan(40)
    expect([...given].filter((one) => !told.has(one))).toEqual([])
    const all = code.join('\n')
    // These are made of a program's name.
    const ofPrograms = /^(gt-heartbeat|gt-rearm|tmux|bd|gt|git|systemd-run)-missing$/
    expect([...told].filter((one) => !ofPrograms.test(one) && !all.includes(`'${one}'`))).toEqual([])
  })

  it('shows a rule that the worked example of CONTRIBUTING.md could be put in beside', () => {
    const paper = sectionOf(read('CONTRIBUTING.md'), '## Adding a check: a worked example')
    const imports = [...paper.matchAll(/import .* from '\.{1,2}\/([^']+)\.js'/g)].map((match) => match[1])
    const missing = imports.filter(
      (path) => !existsSync(join(ROOT, `src/${path}.ts`)) && !existsSync(join(ROOT, `src/rules/${path}.ts`)),
    )
    expect(missing).toEqual([])
  })
})
