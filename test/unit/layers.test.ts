import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/dialects/index.js'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()

/** Who may import whom: the first pattern that fits a file says all that it may import. */
const ARROWS: readonly (readonly [file: RegExp, mayImport: RegExp])[] = [
  [/^domain\//, /^domain\//],
  [/^rules\//, /^(rules|domain)\//],
  [/^decide\.ts$/, /^(rules|domain)\//],
  [/^ports\//, /^(ports|domain)\//],
  [/^dialects\//, /^(dialects|domain)\/|^ports\/(files|folders|places|processes)\.ts$/],
  [/^evidence\//, /^(evidence|dialects|ports|domain)\//],
  [/^actions\//, /^(actions|evidence|dialects|ports|domain)\//],
  [/^act\.ts$/, /^(actions|dialects|ports|domain)\//],
  [/^(observe\.ts$|observe\/)/, /^(observe|evidence|dialects|ports|domain)\//],
  [/^gate(\.ts$|\/)/, /^(gate|dialects|ports|domain)\/|^exit-codes\.ts$/],
  [/^remember(\.ts$|\/)/, /^(remember|dialects|ports|domain)\/|^(exit-codes|words)\.ts$/],
  [
    /^(heartbeat|lifecycle)\.ts$/,
    /^(heartbeat|gate|later)\.ts$|^observe\/ask-first\.ts$|^(remember|domain)\/|^ports\/(clock|requests-folder)\.ts$/,
  ],
  [
    /^later\.ts$/,
    /^(observe|decide|act|remember|report|open-ledger)\.ts$|^report\/|^remember\/keep-first-questions\.ts$|^evidence\/confirm-plan\.ts$/,
  ],
  [/^failure\//, /^(failure|dialects|remember|ports|domain)\/|^(errors|find-dialect|find-town)\.ts$/],
  [/^schedulers\//, /^(schedulers|ports|domain)\/|^errors\.ts$/],
  [
    /^doctor\//,
    /^(doctor|schedulers|remember|dialects|gate|ports|domain)\/|^observe\/(workers|whose)\.ts$|^(find-town|find-dialect|version)\.ts$/,
  ],
  [/^report(\.ts$|\/)/, /^(report|remember|domain)\/|^exit-codes\.ts$|^doctor\/schema\.ts$/],
  [
    /^(entry|parts)\.ts$/,
    /^(parts|head-start|leave-at-once|main|exit-codes|domain\/priority)\.ts$|^ports\/(same-memory|install-source|journal)\.ts$/,
  ],
  [
    /^head-start\.ts$/,
    /^(town-root|plain-line|stop-signals)\.ts$|^dialects\/(child-environment|activity-files)\.ts$|^ports\//,
  ],
  [
    /^leave-at-once\.ts$/,
    /^(town-root|report|version|plain-line|request)\.ts$|^gate\/not-due\.ts$|^dialects\/activity-files\.ts$|^domain\/(plain|redaction)\.ts$|^(remember|report|ports)\//,
  ],
  [
    /^main\.ts$/,
    /^(run|errors|exit-codes|stop-signals|ports\/(head-start|journal)|domain\/(plain|priority|redaction))\.ts$/,
  ],
  [/^run\.ts$/, /^(cli|plain-line|request)\.ts$|^commands\//],
  [/^cli\.ts$/, /^domain\/|^(errors|exit-codes|help|read-request|request|config\/closest)\.ts$/],
  [/^(errors|exit-codes)\.ts$/, /^exit-codes\.ts$/],
  [/^/, /^(?!(main|run|cli|act|decide|observe)\.ts$|(rules|actions|observe)\/)/],
]

/** Types that anybody above the domain may name. */
const SHARED_TYPES = /^(town|exit-codes|gate|ports\/command)\.ts$/

/** One package, one home. */
const HOMES: Readonly<Record<string, RegExp>> = {
  commander: /^cli\.ts$/,
  execa: /^ports\/execa\.ts$/,
  'fs-native-extensions': /^ports\/lock-binding\.ts$/,
  '@noble/hashes/sha2.js': /^domain\/fingerprint\.ts$/,
  'signal-exit': /^ports\/write-file\.ts$/,
  'write-file-atomic': /^ports\/write-file\.ts$/,
  'yargs-parser': /^(words\.ts|dialects\/request-body\.ts)$/,
  'zod/mini': /^(config|report-schema)\.ts$|^(config|dialects|gate|observe|ports|remember|schedulers|doctor)\//,
  'zod/locales': /^dialects\/read-rows\.ts$/,
}

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
}

const IMPORT = /^(?:import|export)\s+(type\s)?[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)/gm

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(IMPORT)].map((match) => ({
    file,
    typeOnly: match[1] !== undefined,
    target: match[2] ?? match[3] ?? '',
  }))
}

const isOwn = ({ target }: Import): boolean => target.startsWith('.')
const landing = ({ file, target }: Import): string => posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts')

function isAllowed(one: Import): boolean {
  const to = landing(one)
  const isShared = one.typeOnly && SHARED_TYPES.test(to) && !/^(domain|rules)\/|^decide\.ts$/.test(one.file)
  return isShared || (ARROWS.find(([file]) => file.test(one.file))?.[1].test(to) ?? false)
}

const imports = sources.flatMap(importsOf)
const kindNames = kinds.map(({ name }) => name)
/** A file without what is said about it. */
const code = (file: string): string =>
  readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
const filesWith = (text: RegExp): readonly string[] => sources.filter((file) => text.test(code(file)))

describe('the layers of src', () => {
  it('are walked', () => {
    expect(imports.length).toBeGreaterThan(50)
  })

  it('import along the arrows only', () => {
    const wrong = imports.filter(isOwn).filter((one) => !isAllowed(one))
    expect(wrong.map((one) => `${one.file} → ${landing(one)}`)).toEqual([])
  })

  it('give each package one home', () => {
    const foreign = imports.filter((one) => !isOwn(one) && !one.target.startsWith('node:'))
    const strays = foreign.filter(({ file, target }) => !HOMES[target]?.test(file))
    expect(strays.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it('keep processes and files of the machine inside ports', () => {
    const outside = imports.filter(
      ({ file, target }) => /^node:(fs|child_process|net)/.test(target) && !/^ports\/|^(entry|parts)\.ts$/.test(file),
    )
    expect(outside.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it('end the process nowhere but in main.ts, and in entry.ts where that cannot be loaded', () => {
    expect(filesWith(/process\.(exit\b|exitCode\b|abort\b)/).filter((file) => file !== 'main.ts')).toEqual(['entry.ts'])
  })

  it('know no clock where things are decided', () => {
    const deciders = filesWith(/Date\.now\(|new Date\(\)|performance\.now/)
    expect(deciders.filter((file) => /^(domain|rules)\/|^decide\.ts$/.test(file))).toEqual([])
  })

  it('ask nowhere but among the dialects which kind of town it is', () => {
    const outside = (file: string): boolean => !file.startsWith('dialects/')
    expect(kindNames.length).toBeGreaterThan(1)
    const names = kindNames.join('|')
    expect(filesWith(new RegExp(`['"\`](${names})['"\`]`)).filter(outside)).toEqual([])
    const ofAKind = new RegExp(`^dialects/(${names})\\b`)
    const reaching = imports.filter(({ file }) => outside(file)).filter((one) => ofAKind.test(landing(one)))
    expect(reaching.map((one) => `${one.file} → ${landing(one)}`)).toEqual([])
  })

  it('name every type', () => {
    expect(filesWith(/(:|\bas|<|\|)\s*any\s*([,;)>\]|&=]|$)/m)).toEqual([])
  })

  it('switch no check off', () => {
    const switches = /@ts-(ignore|expect-error|nocheck)|biome-ignore/
    expect(sources.filter((file) => switches.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([])
  })
})
