import { describe, expect, it } from 'vitest'
import { classic } from '../../../src/dialects/classic.js'
import type { Database } from '../../../src/dialects/database.js'
import type { Agent } from '../../../src/domain/agent.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { AgentBead, Rig } from '../../../src/domain/snapshot.js'
import { beadBook } from '../../../src/observe/beads.js'
import type { Answered } from '../../../src/observe/databases.js'
import { polecatsWithoutFolder } from '../../../src/observe/strays.js'
import { busyTime } from '../../support/busy-time.js'

const rigs: readonly Rig[] = [
  { name: 'gastown', prefix: 'gt' },
  { name: 'beads', prefix: 'bd' },
]
const idsOf = (agent: Agent) =>
  classic.beadIds(
    agent,
    rigs.find(({ name }) => 'rig' in agent && name === agent.rig),
  )

const town: Database = { folder: '/town', prefixes: [], rigs: [] }
const gastown: Database = { folder: '/town/gastown/mayor/rig', prefixes: ['gt'], rigs: ['gastown'] }
const beads: Database = { folder: '/town/beads/mayor/rig', prefixes: ['bd'], rigs: ['beads'] }

const bead = (id: string, changes: Partial<AgentBead> = {}): AgentBead => ({
  id,
  database: gastown.folder,
  state: 'working',
  hook: '',
  updatedAt: undefined,
  description: '',
  ...changes,
})
const answered = (database: Database, ...found: readonly AgentBead[]): Answered => ({
  database,
  beads: known(found.map((one) => ({ ...one, database: database.folder }))),
})
const silent = (database: Database): Answered => ({ database, beads: cannotTell('database is locked') })

const deacon: Agent = { role: 'deacon' }
const witness: Agent = { role: 'witness', rig: 'gastown' }
const max: Agent = { role: 'polecat', rig: 'gastown', name: 'max' }
const maximus: Agent = { role: 'polecat', rig: 'gastown', name: 'maximus' }
const other: Agent = { role: 'polecat', rig: 'beads', name: 'max' }

const found = (agent: Agent, ...answers: readonly Answered[]) => beadBook([agent], answers, idsOf).of(agent)

describe("an agent's bead", () => {
  it('is found by exact id, never by a longer one', () => {
    expect(found(max, answered(gastown, bead('gt-gastown-polecat-maximus')))).toEqual(known(null))
    expect(found(maximus, answered(gastown, bead('gt-gastown-polecat-maximus')))).toMatchObject({
      known: true,
      value: { id: 'gt-gastown-polecat-maximus' },
    })
  })

  it.each<[Agent, string]>([
    [max, 'gt-gastown-polecat-max'],
    [max, 'gt-polecat-gastown-max'],
    [other, 'bd-beads-polecat-max'],
    [other, 'gt-polecat-beads-max'],
    [deacon, 'gt-deacon'],
  ])('of %o may be %s', (agent, id) => {
    expect(found(agent, answered(town), answered(gastown, bead(id)))).toMatchObject({ value: { id } })
  })

  it('in today’s form counts before the older one', () => {
    const both = answered(gastown, bead('gt-polecat-gastown-max', { hook: 'gt-old' }), bead('gt-gastown-polecat-max'))
    expect(found(max, both)).toMatchObject({ value: { id: 'gt-gastown-polecat-max' } })
  })

  it('in several databases counts where its prefix belongs', () => {
    const [stale, own] = [
      bead('gt-gastown-polecat-max', { hook: 'gt-old' }),
      bead('gt-gastown-polecat-max', { hook: 'gt-new' }),
    ]
    expect(found(max, answered(town, stale), answered(gastown, own))).toMatchObject({ value: { hook: 'gt-new' } })
  })

  it('that another one contradicts is a finding', () => {
    const book = beadBook(
      [max],
      [
        answered(town, bead('gt-gastown-polecat-max', { hook: 'gt-old' })),
        answered(gastown, bead('gt-gastown-polecat-max')),
      ],
      idsOf,
    )
    expect(book.findings).toMatchObject([
      {
        rule: 'looking',
        agent: 'gastown/polecats/max',
        verdict: 'hook-conflict',
        because:
          'gt-gastown-polecat-max in /town/gastown/mayor/rig says working with nothing on its hook, gt-gastown-polecat-max in /town says working with gt-old on its hook; the first counts',
      },
    ])
  })

  it('is none where every database answered', () => {
    expect(found(max, answered(town), answered(gastown))).toEqual(known(null))
  })
})

describe('a database that does not answer', () => {
  it('hides the agents of its own rig, and not those of another', () => {
    const answers = [silent(gastown), answered(beads, bead('bd-beads-polecat-max'))]
    expect(found(max, ...answers)).toEqual(cannotTell('database is locked'))
    expect(found(witness, ...answers)).toEqual(cannotTell('database is locked'))
    expect(found(other, ...answers)).toMatchObject({ value: { id: 'bd-beads-polecat-max' } })
    expect(found({ role: 'witness', rig: 'beads' }, ...answers)).toEqual(known(null))
  })

  it('hides the deacon unless another one knows it', () => {
    expect(found(deacon, answered(beads), silent(gastown))).toMatchObject({ known: false })
    expect(found(deacon, answered(beads, bead('gt-deacon')), silent(gastown))).toMatchObject({ known: true })
  })

  it('makes a bead of its rig that stands elsewhere doubtful', () => {
    expect(found(max, answered(town, bead('gt-gastown-polecat-max')), silent(gastown))).toMatchObject({ known: false })
  })

  it('and belongs to no rig hides only who was found nowhere else', () => {
    expect(found(max, silent(town), answered(gastown, bead('gt-gastown-polecat-max')))).toMatchObject({ known: true })
    expect(found(max, silent(town), answered(gastown))).toMatchObject({ known: false })
  })
})

describe('a database that is asked only when the others miss somebody', () => {
  const fallback: Database = { ...gastown, isFallback: true }
  const id = 'gt-gastown-polecat-max'

  it('does not outweigh the others, though the prefix belongs to it', () => {
    const answers = [answered(town, bead(id, { hook: 'gt-a' })), answered(fallback, bead(id, { hook: 'gt-b' }))]
    const book = beadBook([max], answers, idsOf)
    expect(book.of(max)).toMatchObject({ value: { hook: 'gt-a', database: '/town' } })
    expect(book.findings).toMatchObject([{ verdict: 'hook-conflict', evidence: { database: '/town' } }])
  })

  it('tells of those who stand nowhere else', () => {
    expect(found(max, answered(town), answered(fallback, bead(id)))).toMatchObject({ value: { id } })
  })

  it('hides them when it does not answer, and nobody else', () => {
    expect(found(max, answered(town), silent(fallback))).toMatchObject({ known: false })
    expect(found(max, answered(town, bead(id)), silent(fallback))).toMatchObject({ value: { id } })
    expect(found(other, answered(town), silent(fallback))).toEqual(known(null))
    expect(found(deacon, answered(town), silent(fallback))).toEqual(known(null))
  })
})

describe('an id that could be of two agents', () => {
  // The older form of rig `a` and polecat `b-c` is also the older form of rig `a-b` and polecat `c`.
  const long: Agent = { role: 'polecat', rig: 'a', name: 'b-c' }
  const short: Agent = { role: 'polecat', rig: 'a-b', name: 'c' }
  const id = 'gt-polecat-a-b-c'
  const book = (changes: Partial<AgentBead>) => beadBook([long, short], [answered(gastown, bead(id, changes))], idsOf)

  it('belongs to the one whose rig it names', () => {
    expect(book({ rig: 'a-b' }).of(short)).toMatchObject({ value: { id } })
    expect(book({ rig: 'a-b' }).of(long)).toEqual(known(null))
  })

  it('belongs to nobody for certain when it names none', () => {
    expect(book({}).of(short)).toMatchObject({ known: false })
    expect(book({}).of(long)).toMatchObject({ known: false })
  })
})

describe('a polecat bead without a folder', () => {
  const stray = (id: string, rig: string) =>
    polecatsWithoutFolder([max], [answered(gastown, bead(id, { rig }))], { rigs, idsOf })

  it.each<[string, string, readonly string[]]>([
    ['gt-gastown-polecat-nux', 'gastown', ['nux']],
    ['gt-polecat-gastown-nux', 'gastown', ['nux']],
    ['bd-beads-polecat-a-b', 'beads', ['a-b']],
    ['gt-gastown-polecat-max', 'gastown', []],
    ['gt-gastown-polecat-nux', 'elsewhere', []],
    ['gt-gastown-polecat-nux', '', []],
    ['gt-gastown-polecat-nux', 'beads', []],
    ['gt-gastown-polecat-', 'gastown', []],
    ['gt-gastown-polecat-witness', 'gastown', []],
    ['gt-gastown-polecat-a.b', 'gastown', []],
    ['gt-gastown-crew-nux', 'gastown', []],
  ])('%s of rig %j: %o', (id, rig, names) => {
    expect(stray(id, rig)).toEqual(names.map((name) => ({ role: 'polecat', rig, name })))
  })

  it('with two beads is one polecat', () => {
    const answers = [
      answered(
        gastown,
        bead('gt-gastown-polecat-nux', { rig: 'gastown' }),
        bead('gt-polecat-gastown-nux', { rig: 'gastown' }),
      ),
    ]
    expect(polecatsWithoutFolder([], answers, { rigs, idsOf })).toHaveLength(1)
  })
})

it('six hundred agents are matched in no time', () => {
  const many = Array.from({ length: 20 }, (_, rig) => ({ name: `rig${rig}`, prefix: `r${rig}` }))
  const agents = many.flatMap(({ name }) =>
    Array.from({ length: 30 }, (_, index): Agent => ({ role: 'polecat', rig: name, name: `p${index}` })),
  )
  const rows = agents.flatMap((agent) =>
    agent.role === 'polecat' ? [bead(`gt-${agent.rig}-polecat-${agent.name}`)] : [],
  )
  const since = busyTime()
  const book = beadBook(agents, [answered(town, ...rows)], (agent) =>
    classic.beadIds(
      agent,
      many.find(({ name }) => 'rig' in agent && name === agent.rig),
    ),
  )
  expect(agents.map((agent) => book.of(agent)).every((one) => one.known && one.value !== null)).toBe(true)
  expect(busyTime() - since).toBeLessThan(200)
})
