import { Unavailable } from '../errors.js'
import type { Ending, Request, Surroundings } from '../request.js'
import { check } from './heartbeat.js'

/** Does what is asked for; only the part of the program that it needs is loaded. Throws what the command throws. */
export async function perform(request: Request, surroundings: Surroundings): Promise<Ending> {
  // A check says so in its own words.
  if (surroundings.platform === 'win32' && request.verb !== 'say' && request.verb !== 'check') {
    throw new Unavailable('there is no tmux on Windows: run this inside WSL')
  }
  switch (request.verb) {
    case 'say': {
      const { text, exitCode } = request
      return exitCode === 0 ? { stdout: text, stderr: '', exitCode } : { stdout: '', stderr: text, exitCode }
    }
    case 'check':
      return check(request, surroundings)
    case 'status':
      return (await import('./status.js')).status(request, surroundings)
    case 'history':
      return (await import('./history.js')).history(request, surroundings)
    case 'down':
      return (await import('./down.js')).down(request, surroundings)
    case 'up':
      return (await import('./up.js')).up(request, surroundings)
    case 'install':
      return (await import('./install.js')).install(request, surroundings)
    case 'uninstall':
      return (await import('./uninstall.js')).uninstall(request, surroundings)
    case 'rearm':
      return (await import('./rearm.js')).rearm(request, surroundings)
    case 'doctor':
      return (await import('./doctor.js')).doctor(request, surroundings)
    case 'report-failure':
      return (await import('./report-failure.js')).reportFailure(request, surroundings)
  }
}
