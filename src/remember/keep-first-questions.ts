import { quietEnvironment } from '../dialects/child-environment.js'
import { type Call, commandOf } from '../dialects/dialect.js'
import { readText } from '../ports/files.js'
import { areOfThisConfiguration, type FirstQuestion, firstQuestionsFile } from '../ports/first-questions.js'
import { writeText } from '../ports/write-file.js'
import type { Doorstep } from '../town.js'

/** Writes down what this check asked first, where that is new: the next one asks it before it is loaded. What cannot be written costs no more
 *  than that time. */
export function keepFirstQuestions(town: Doorstep, calls: readonly Call[]): void {
  const questions = calls.flatMap((call) => questionOf(town, call))
  if (town.dryRun || questions.length < calls.length) return
  const path = firstQuestionsFile(town.root)
  const text = `${JSON.stringify({ schema: 1, questions }, undefined, 2)}\n`
  const before = readText(path)
  if (before.known && before.value === text && areOfThisConfiguration(town.root)) return
  try {
    writeText(path, text)
  } catch {
    // As said.
  }
}

/** None where its environment cannot be made again from the check's own. */
function questionOf(town: Doorstep, call: Call): readonly FirstQuestion[] {
  const { args, cwd, env } = commandOf(town.dialect, call, town)
  const usual = quietEnvironment(town.env, {})
  if (Object.keys(usual).some((name) => !(name in env))) return []
  return [{ args, cwd, with: Object.fromEntries(Object.entries(env).filter(([name, value]) => usual[name] !== value)) }]
}
