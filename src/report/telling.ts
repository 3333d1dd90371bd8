import type { Paint } from './paint.js'

/** How much is told: only problems, what matters, or every observation. */
export type Volume = 'quiet' | 'normal' | 'verbose'

export interface Telling {
  readonly volume: Volume
  readonly paint: Paint
}
