// Stands in for a user's systemctl that only tells: what it says of each unit lies in the file that is named first.
import { readFileSync } from 'node:fs'

const { refusal, environment, units } = JSON.parse(readFileSync(`${process.argv[2]}`, 'utf8'))
const words = process.argv.slice(3)

const print = (properties) =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

if (refusal) {
  process.stderr.write(`${refusal}\n`)
  process.exit(1)
}
if (words[1] === 'show-environment') process.stdout.write(print(environment))
else if (words.includes('--')) {
  const missing = { LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead', UnitFileState: '' }
  const asked = words.slice(words.indexOf('--') + 1)
  process.stdout.write(asked.map((unit) => print({ Id: unit, ...(units[unit] ?? missing) })).join('\n'))
} else if (words[1] !== 'show') {
  process.stderr.write(`this one only tells, and was asked to ${words.join(' ')}\n`)
  process.exit(64)
}
