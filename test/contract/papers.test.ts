import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/cli.js'
import { configSchema } from '../../src/config/schema.js'
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
  'docs/lock.md',
  'docs/recovery.md',
  'docs/scheduling.md',
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
    const ofPrograms = /^(gt-heartbeat|gt-rearm|tmux|bd|gt|git)-missing$/
    expect([...told].filter((one) => !ofPrograms.test(one) && !all.includes(`'${one}'`))).toEqual([])
  })

  it('shows a rule that the worked example of CONTRIBUTING.md could be put in beside', () => {
    const imports = [...read('CONTRIBUTING.md').matchAll(/import .* from '\.{1,2}\/([^']+)\.js'/g)].map(
      (match) => match[1],
    )
    const missing = imports.filter(
      (path) => !existsSync(join(ROOT, `src/${path}.ts`)) && !existsSync(join(ROOT, `src/rules/${path}.ts`)),
    )
    expect(missing).toEqual([])
  })
})
