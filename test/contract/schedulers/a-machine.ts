import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { createCommands } from '../../../src/ports/command.js'
import type { Machine, Schedule, ScheduleFile, Step } from '../../../src/schedulers/scheduler.js'

/** A folder of a test's own, gone when it ends. Its name is as unpleasant as a folder's name may be. */
export function strangeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gt-heartbeat-sched-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const strange = join(folder, `it's 50% "größe" $HOME & <b>`)
  mkdirSync(strange)
  return strange
}

export const machinePath = process.env['PATH'] ?? '/usr/bin:/bin'

/** Puts a shell script on the PATH of a test. */
export function program(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
  return path
}

/** Puts a stand-in that is kept with the tests on the PATH of a test. */
export function standIn(bin: string, name: 'crontab' | 'launchctl'): void {
  mkdirSync(bin, { recursive: true })
  const own = (file: string) => fileURLToPath(new URL(`../../support/programs/${file}`, import.meta.url))
  if (name === 'crontab') symlinkSync(own('crontab'), join(bin, 'crontab'))
  else program(bin, 'launchctl', `exec '${process.execPath}' '${own('launchctl.mjs')}' "$@"`)
}

/** A machine whose programs are those of `bin` and the real one's, with a home below `folder`. */
export function aMachine(folder: string, { bin, ...rest }: Partial<Machine> & { readonly bin: string }): Machine {
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  const commands = createCommands(Date.now() + 60_000)
  onTestFinished(() => commands.killAll())
  return {
    platform: 'linux',
    uid: 501,
    home,
    configHome: join(home, '.config'),
    packageRoot: fileURLToPath(new URL('../../..', import.meta.url)),
    commands,
    ...rest,
    env: { PATH: `${bin}:${machinePath}`, HOME: home, TMPDIR: tmpdir(), ...rest.env },
  }
}

/** A schedule of a town below `folder`, run by the programs of `bin`. */
export function aSchedule(folder: string, { bin, ...rest }: Partial<Schedule> & { readonly bin: string }): Schedule {
  const town = join(folder, 'gt')
  mkdirSync(join(town, 'daemon/heartbeat'), { recursive: true })
  return {
    slug: 'default',
    town,
    environment: { GT_TOWN_ROOT: town, PATH: `${bin}:${machinePath}`, LC_ALL: 'C.UTF-8' },
    programs: { heartbeat: join(bin, 'gt-heartbeat'), rearm: join(bin, 'gt-rearm'), node: process.execPath },
    ...rest,
  }
}

/** Writes files as the installer does. */
export function putInPlace(files: readonly ScheduleFile[]): void {
  for (const { path, text, mode } of files) {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
    chmodSync(path, mode)
  }
}

/** Takes the steps one by one; returns what a person is told. */
export async function takeAll(steps: readonly Step[]): Promise<readonly string[]> {
  const told: string[] = []
  for (const step of steps) told.push(...(await step.take()))
  return told
}

/** What a dry run prints of steps. */
export const saidBy = (steps: readonly Step[]): readonly string[] => steps.flatMap(({ says }) => says)
