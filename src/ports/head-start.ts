import type { ActivitySample } from '../domain/activity.js'
import { type Begun, beginQuestion, type Question } from './begin-question.js'
import { killGroup } from './child-group.js'
import { now } from './clock.js'
import { demandDescriptors } from './descriptors.js'
import type { Holder } from './lock-holder.js'

/** Questions that were put to a program before the check that may want their answers was loaded. */
export interface HeadStart {
  /** Who had taken the town's lock last by then: what somebody does who takes it in between, they may not know of. */
  readonly after: Holder
  /** From before these questions were put; not when it is old. */
  activity(): ActivitySample | undefined
  /** The child that was asked exactly this, by the program at `path`; given to one only, and not when it is old. */
  take(question: Question, path: string): Begun | undefined
  /** Ends those that nobody took. */
  end(): void
}

/** How old an answer may be, milliseconds: a check takes them within 50, or the machine slept in between. */
const freshFor = 5000

interface Ahead extends Begun {
  readonly question: Question
  readonly keep: () => void
}

/** What was seen before the questions are put. */
interface Before {
  readonly after: Holder
  readonly activity: ActivitySample
}

/** Puts questions to the program at `path`, side by side. Throws when one cannot be put; none is at work then. */
export function askAhead(questions: readonly Question[], path: string, { after, activity }: Before): HeadStart {
  const begunAt = now()
  let waiting: Ahead[] = []
  const end = () => {
    for (const { child } of waiting) killGroup(child.pid)
    waiting = []
  }
  const isFresh = () => Math.abs(now() - begunAt) <= freshFor
  try {
    for (const question of questions) waiting.push(ahead(question, path))
  } catch (error) {
    end()
    throw error
  }
  return {
    after,
    activity: () => (isFresh() ? activity : undefined),
    take(question, program) {
      const found = program === path && isFresh() ? waiting.find((one) => isSame(one.question, question)) : undefined
      waiting = waiting.filter((one) => one !== found)
      return found && handOver(found)
    },
    end,
  }
}

function ahead(question: Question, path: string): Ahead {
  demandDescriptors()
  const begun = beginQuestion(question, path)
  // node throws away what a child has printed when it ends, unless somebody waits to read it.
  const keep = () => undefined
  begun.child.stdout?.on('readable', keep)
  begun.child.stderr?.on('readable', keep)
  return { ...begun, question, keep }
}

/** Undefined for a child that never began. */
function handOver({ child, ending, keep }: Ahead): Begun | undefined {
  child.stdout?.off('readable', keep)
  child.stderr?.off('readable', keep)
  return child.pid === undefined ? undefined : { child, ending }
}

const isSame = (one: Question, other: Question): boolean =>
  one.cwd === other.cwd && JSON.stringify(one.args) === JSON.stringify(other.args) && isSameEnvironment(one, other)

function isSameEnvironment({ env: one }: Question, { env: other }: Question): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}
