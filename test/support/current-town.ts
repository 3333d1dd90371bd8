import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildCurrentTown, RIG, WORKER_BEAD } from './current-town-steps.js'
import { type DoltServer, doltServer } from './dolt-server.js'
import type { CurrentPrograms } from './real-programs.js'
import { checkIn, endAll, type RealTown, remove, runIn } from './real-town.js'
import { emptyFolder, keep, makePlace, type Place } from './real-town-place.js'
import { stageKinds } from './stage-kind.js'
import { putJson } from './town-folder.js'

/** A town that the gt, bd and dolt of today made. */
export interface CurrentTown extends RealTown {
  readonly dolt: DoltServer
}

const AGENT = fileURLToPath(new URL('programs/current/claude', import.meta.url))

/** gt knows an agent by the name of its process, in both senses: the first word of its command line, and what `ps -o comm=` says. */
function playAgents({ base, programs }: Place, bash: string): void {
  const named = join(base, 'claude')
  symlinkSync(bash, named)
  const played = join(base, 'play-agent')
  writeFileSync(played, `#!${bash}\nexec -a claude '${named}' '${AGENT}' "$@"\n`)
  chmodSync(played, 0o755)
  programs.spoil('claude', `exec '${played}' "$@"\n`)
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** A port for a server. Below the range from which the kernel serves whoever connects: nobody takes it while the server is down. */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  return (await isFree(port)) ? port : freePort()
}

/** Makes the town; takes some twenty seconds. See `buildCurrentTown` for what stands in it. */
export async function makeCurrentTown(real: CurrentPrograms): Promise<CurrentTown> {
  const place = makePlace(real, stageKinds.current)
  const { base, root, env, programs } = place
  playAgents(place, real.bash)
  symlinkSync(real.dolt, join(programs.bin, 'dolt'))
  // It would tell its makers that it ran.
  putJson(join(base, 'home/.dolt/config_global.json'), { 'metrics.disabled': 'true' })
  // Who types gt has a profile; a check has none.
  const typed = { ...env, PATH: `${join(base, 'home/agent-bin')}:${env['PATH']}` }
  const run = runIn({ root, env: typed, programs })
  const port = await freePort()
  const dolt = doltServer({ root, port, env: typed, program: real.dolt, run })
  try {
    buildCurrentTown({ base, root, run, port })
    // Nobody is missed who was slung a moment ago.
    dolt.age('hq', { table: 'issues', id: WORKER_BEAD, column: 'updated_at', seconds: 600 })
    dolt.stop()
  } catch (error) {
    await remove(base)
    throw error
  }
  await endAll(base)
  emptyFolder(join(base, 'calls'))
  const restore = keep(base, ['home', 'spoilt', 'origin', 'first'])
  const open = (): void => {
    dolt.start()
    emptyFolder(join(base, 'calls'))
  }
  open()
  return {
    ...place,
    issues: join(root, RIG),
    run,
    dolt,
    claudes: () => programs.calls().filter(({ program }) => program === 'claude'),
    check: (...words) => checkIn(place, root, words),
    checkAt: (folder) => checkIn(place, folder, []),
    reset: async () => {
      await endAll(base)
      restore()
      open()
    },
    remove: () => remove(base),
  }
}
