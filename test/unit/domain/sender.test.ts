import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Agent, address } from '../../../src/domain/agent.js'
import { resolveSender, senderForms, sendersAmong } from '../../../src/domain/sender.js'

const rigAgents = (rig: string): readonly Agent[] => [
  { role: 'witness', rig },
  { role: 'refinery', rig },
]
const crew = (rig: string, name: string): Agent => ({ role: 'crew', rig, name })
const polecat = (rig: string, name: string): Agent => ({ role: 'polecat', rig, name })
const townOf = (...agents: readonly Agent[]) => sendersAmong([{ role: 'deacon' }, { role: 'mayor' }, ...agents])
const resolved = (from: string, senders: ReturnType<typeof townOf>): string => {
  const sender = resolveSender(from, senders)
  return 'agent' in sender ? address(sender.agent) : `refused: ${sender.complaint}`
}

describe('who sent a lifecycle mail', () => {
  const town = townOf(
    ...rigAgents('gastown'),
    ...rigAgents('my-rig'),
    crew('gastown', 'max'),
    polecat('gastown', 'Toast'),
    crew('my-rig', 'both'),
    polecat('my-rig', 'both'),
  )
  it.each([
    ['mayor', 'mayor'],
    ['mayor/', 'mayor'],
    ['deacon', 'deacon'],
    ['deacon/', 'deacon'],
    ['gastown-witness', 'gastown/witness'],
    ['gastown/witness', 'gastown/witness'],
    ['my-rig-refinery', 'my-rig/refinery'],
    ['my-rig/refinery', 'my-rig/refinery'],
    ['gastown-crew-max', 'gastown/crew/max'],
    ['gastown/crew/max', 'gastown/crew/max'],
    ['gastown/max', 'gastown/crew/max'],
    ['gastown-polecat-Toast', 'gastown/polecats/Toast'],
    ['gastown/polecats/Toast', 'gastown/polecats/Toast'],
    ['gastown/Toast', 'gastown/polecats/Toast'],
    ['my-rig/crew/both', 'my-rig/crew/both'],
    ['my-rig-polecat-both', 'my-rig/polecats/both'],
  ])('%s is %s', (from, agent) => expect(resolved(from, town)).toBe(agent))

  it('a name that a crew member and a polecat share names neither', () => {
    expect(resolved('my-rig/both', town)).toBe(
      'refused: the sender "my-rig/both" could be my-rig/crew/both or my-rig/polecats/both',
    )
  })

  it.each([
    'gastown',
    'Gastown/witness',
    'gastown/toast',
    'gastown/nobody',
    'other/witness',
    'gastown/witness/',
    ' mayor',
    'mayor/x',
    'gastown-max',
    'gastown/polecat/Toast',
    '__proto__',
    'gt-heartbeat/check',
  ])('%s is nobody here', (from) => {
    expect(resolved(from, town)).toBe(
      `refused: no agent of this town signs as ${JSON.stringify(from)}; ` +
        'expected mayor/, deacon/, <rig>/witness, <rig>/refinery, <rig>/crew/<name> or <rig>/polecats/<name>',
    )
  })

  it('a request of the human, or without a sender, names no agent', () => {
    expect(resolved('overseer', town)).toMatch(/^refused: the sender is "overseer", the human: .* GT_ROLE/)
    expect(resolved('', town)).toMatch(/^refused: the mail names no sender; expected /)
  })

  it('a huge or hostile sender is quoted briefly on one line', () => {
    const complaint = resolved(`\u001b]0;x\u0007\n${'y'.repeat(1_000_000)}`, town)
    expect(complaint.length).toBeLessThan(300)
    expect(complaint).not.toMatch(/\p{Cc}/u)
  })

  it('hyphens in rigs and names tell rigs apart, and what two agents could mean names neither', () => {
    const foo = townOf(
      ...rigAgents('foo'),
      ...rigAgents('foo-bar'),
      crew('a', 'b-witness'),
      polecat('a', 'x-polecat-y'),
    )
    expect(resolved('foo-bar-witness', foo)).toBe('foo-bar/witness')
    expect(resolved('foo-witness', foo)).toBe('foo/witness')
    expect(resolved('a-crew-b-witness', foo)).toBe('a/crew/b-witness')
    expect(resolved('a-polecat-x-polecat-y', foo)).toBe('a/polecats/x-polecat-y')
    const twofold = townOf(crew('a', 'b-witness'), ...rigAgents('a-crew-b'))
    expect(resolved('a-crew-b-witness', twofold)).toBe(
      'refused: the sender "a-crew-b-witness" could be a/crew/b-witness or a-crew-b/witness',
    )
  })

  it('every form of every agent of any town is that agent, or refused, and never another one', () => {
    const part = fc.constantFrom('a', 'b', 'crew', 'polecat', 'polecats', 'witness', 'refinery', 'mayor', 'deacon')
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('-'))
    const worker = name.filter((one) => one !== 'witness' && one !== 'refinery')
    const rig = fc.record({ name, crews: fc.uniqueArray(worker), polecats: fc.uniqueArray(worker) })
    const rigs = fc.uniqueArray(rig, { selector: (one) => one.name })
    fc.assert(
      fc.property(rigs, (all) => {
        const agents: Agent[] = [{ role: 'deacon' }, { role: 'mayor' }]
        for (const { name: of, crews, polecats } of all) {
          agents.push(
            ...rigAgents(of),
            ...crews.map((one) => crew(of, one)),
            ...polecats.map((one) => polecat(of, one)),
          )
        }
        const senders = sendersAmong(agents)
        for (const agent of agents) {
          for (const form of senderForms(agent)) {
            const sender = resolveSender(form, senders)
            if ('agent' in sender) expect(address(sender.agent)).toBe(address(agent))
            else expect(sender.complaint).toContain(address(agent))
          }
          expect(resolveSender(address(agent), senders)).toEqual({ agent })
        }
      }),
    )
  })
})
