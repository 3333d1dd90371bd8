// Stands in for launchctl, as Apple documents it: jobs in domains, a bootout that is not over when it returns, and its error codes.
// Its state is the JSON file that $LAUNCHCTL_STATE names: { domains, jobs, disabled, leaves, trouble, calls }.
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'

const file = process.env.LAUNCHCTL_STATE
const lock = `${file}.lock`
for (;;) {
  try {
    mkdirSync(lock)
    break
  } catch {
    // Another one is at it, for a few milliseconds.
  }
}
const state = {
  /** Domains that exist. */
  domains: [],
  /** By service target: the path it came from, and since when it is leaving (epoch ms). */
  jobs: {},
  disabled: [],
  /** Milliseconds that a job takes to go. */
  leaves: 300,
  /** Answers to be given before any work: { verb, code, times }. */
  trouble: [],
  calls: [],
  ...JSON.parse(readFileSync(file, 'utf8')),
}
const [verb, target = '', path = ''] = process.argv.slice(2)
state.calls.push(process.argv.slice(2).join(' '))

const words = {
  2: 'No such file or directory',
  3: 'No such process',
  5: 'Input/output error',
  36: 'Operation now in progress',
  37: 'Operation already in progress',
  113: 'Could not find service',
  119: 'Service is disabled',
  122: 'Path had bad ownership/permissions',
  125: 'Domain does not support specified action',
}

function end(code, text = '') {
  writeFileSync(file, JSON.stringify(state))
  rmdirSync(lock)
  if (code === 0) process.stdout.write(text)
  else process.stderr.write(text)
  process.exit(code)
}
const fail = (what, code) => end(code, `${what} failed: ${code}: ${words[code]}\n`)

for (const [service, job] of Object.entries(state.jobs)) {
  if (job.leaving !== undefined && Date.now() - job.leaving >= state.leaves) delete state.jobs[service]
}

const trouble = state.trouble.find((one) => one.verb === verb && one.times > 0)
if (trouble) {
  trouble.times--
  fail(verb === 'bootout' ? 'Boot-out' : 'Bootstrap', trouble.code)
}

const domainOf = (service) => service.split('/').slice(0, 2).join('/')
const labelOf = (service) => service.split('/')[2]

function print() {
  if (labelOf(target) === undefined) {
    if (state.domains.includes(target)) end(0, `${target} = {\n\ttype = login\n}\n`)
    end(113, `Could not find domain for ${target}\n`)
  }
  const job = state.jobs[target]
  if (!job) end(113, `Bad request.\nCould not find service "${labelOf(target)}" in domain for ${domainOf(target)}\n`)
  const exit = job.lastExit ?? '(never exited)'
  end(
    0,
    `${target} = {\n\tactive count = 0\n\tpath = ${job.path}\n\tstate = not running\n\n\truns = 0\n\tlast exit code = ${exit}\n\n\tspawn type = ${job.spawn ?? 'interactive (4)'}\n}\n`,
  )
}

/** Found by its place in the list: a library would take longer to load than all the rest. */
const labelIn = (list) => /<key>Label<\/key>\s*<string>([^<]+)<\/string>/.exec(list)[1]

function bootstrap() {
  if (!state.domains.includes(target)) fail('Bootstrap', 125)
  if (!existsSync(path)) fail('Bootstrap', 2)
  if (statSync(path).mode & 0o022) fail('Bootstrap', 122)
  const service = `${target}/${labelIn(readFileSync(path, 'utf8'))}`
  if (state.disabled.includes(service)) fail('Bootstrap', 119)
  if (state.jobs[service]) fail('Bootstrap', state.jobs[service].leaving === undefined ? 37 : 5)
  state.jobs[service] = { path }
  end(0)
}

function bootout() {
  const job = state.jobs[target]
  if (!job) fail('Boot-out', 3)
  job.leaving ??= Date.now()
  fail('Boot-out', 36)
}

switch (verb) {
  case 'print':
    print()
    break
  case 'print-disabled':
    end(
      0,
      `\tdisabled services = {\n${state.disabled.map((one) => `\t\t"${labelOf(one)}" => disabled\n`).join('')}\t}\n`,
    )
    break
  case 'enable':
    state.disabled = state.disabled.filter((one) => one !== target)
    end(0)
    break
  case 'disable':
    state.disabled.push(target)
    end(0)
    break
  case 'bootstrap':
    bootstrap()
    break
  case 'bootout':
    bootout()
    break
  default:
    end(64, `Unrecognized subcommand: ${verb}\n`)
}
