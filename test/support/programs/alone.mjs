// Has a stand-in answer one call in a process of its own: alone.mjs STAND-IN WORD...
import { Failure } from './store.mjs'

const [, , standIn, ...args] = process.argv
const { answer } = await import(standIn)
const say = (text) => void process.stdout.write(text)
const complain = (text) => void process.stderr.write(text)
try {
  process.exitCode = await answer({ args, cwd: process.cwd(), env: process.env, say, complain })
} catch (error) {
  if (!(error instanceof Failure)) throw error
  complain(`Error: ${error.message}\n`)
  process.exitCode = 1
}
