import * as z from 'zod/mini'
import type { ActivitySample, Stamp } from '../domain/activity.js'
import { parseGoTime } from '../domain/go-time.js'

const noteSchema = z.object({ timestamp: z.string() })

/** The call of gt or bd that the first readable activity file notes. */
export function classicStamps({ notes }: ActivitySample): readonly Stamp[] {
  const stamps = notes.flatMap(({ content, writtenAt }): readonly Stamp[] => {
    const note = content.known ? noteSchema.safeParse(content.value).data : undefined
    const at = note && parseGoTime(note.timestamp)
    return at === undefined ? [] : [{ at, writtenAt }]
  })
  return stamps.slice(0, 1)
}
