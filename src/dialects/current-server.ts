import { join } from 'node:path'
import * as z from 'zod/mini'
import type { Rig } from '../domain/snapshot.js'
import { readJson, readText } from '../ports/files.js'
import { processOf } from '../ports/processes.js'
import { currentDatabases } from './current-databases.js'
import type { Environment, IssueServer } from './dialect.js'
import { doltPort } from './dolt-port.js'

/** A file that says where the Dolt server is. */
interface Says {
  readonly path: string
  readonly port: string
  /** gt makes it again out of its own settings. */
  readonly isMadeByGt: boolean
}

/** The town's Dolt server, as checks look for it. */
export function issueServer(root: string, rigs: readonly Rig[], env: Environment): IssueServer {
  const port = doltPort(root, env)
  if (port === undefined) return { name: 'the Dolt server', remarks: [], start: 'gt dolt start' }
  const running = runningPort(root)
  const start = running === undefined || running.port === port ? 'gt dolt start' : corrected(port, running.port)
  const elsewhere = [...(running ? [running] : []), ...portsOfDatabases(root, rigs)].filter((one) => one.port !== port)
  const others = [...new Set(elsewhere.map((one) => one.port))]
  const remarks = others.map((other) => {
    return remarkOn(
      elsewhere.filter((one) => one.port === other),
      port,
    )
  })
  return { name: `the Dolt server on port ${port}`, remarks, start }
}

function remarkOn(files: readonly Says[], port: string): IssueServer['remarks'][number] {
  const paths = files.map(({ path }) => path).join(', ')
  const because = `the Dolt server is on port ${files[0]?.port} according to ${paths}, and checks ask on ${port}`
  return files.every((file) => file.isMadeByGt) ? { because, mend: 'gt dolt fix-metadata' } : { because }
}

/** With a wrong port in its settings gt finds its server no more, and can neither end it nor start another. */
const corrected = (from: string, to: string): string =>
  `sed -i.bak 's/port: ${from}/port: ${to}/' .dolt-data/config.yaml`

const positive = z.int().check(z.positive())
const stateSchema = z.object({ running: z.literal(true), pid: positive, port: positive })

/** Where gt wrote down that it started the server which still runs. */
function runningPort(root: string): Says | undefined {
  const path = join(root, 'daemon/dolt-state.json')
  const file = readJson(path)
  const state = file.known ? stateSchema.safeParse(file.value).data : undefined
  return state && isDolt(state.pid) ? { path, port: String(state.port), isMadeByGt: false } : undefined
}

function isDolt(pid: number): boolean {
  try {
    return /(^|\/)dolt$/.test(processOf(pid)?.argv[0] ?? '')
  } catch {
    return false
  }
}

/** bd in a terminal goes by files of its own. */
function portsOfDatabases(root: string, rigs: readonly Rig[]): readonly Says[] {
  const found = currentDatabases(root, rigs)
  return found.known ? found.value.databases.flatMap(({ folder }) => portsIn(join(folder, '.beads'))) : []
}

const metadataSchema = z.object({ dolt_server_port: z.pipe(positive, z.transform(String)) })

function portsIn(store: string): readonly Says[] {
  const [metadata, own] = [join(store, 'metadata.json'), join(store, 'dolt-server.port')]
  const file = readJson(metadata)
  const first = file.known ? metadataSchema.safeParse(file.value).data?.dolt_server_port : undefined
  const text = readText(own)
  const second = text.known ? /^\s*(\d+)\s*$/.exec(text.value ?? '')?.[1] : undefined
  return [
    ...(first === undefined ? [] : [{ path: metadata, port: first, isMadeByGt: true }]),
    ...(second === undefined ? [] : [{ path: own, port: second, isMadeByGt: false }]),
  ]
}
