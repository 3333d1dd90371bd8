import { namesIn } from '../ports/files.js'
import { settingsFolder } from './manifest.js'
import { defaultSlug, type Machine } from './scheduler.js'

/** The plain name, and those of which a generated file is there. */
export function generatedSlugs({ configHome }: Pick<Machine, 'configHome'>, ending: 'env' | 'sh'): readonly string[] {
  const names = namesIn(settingsFolder(configHome))
  const slugs = (names.known ? (names.value ?? []) : []).map(
    (name) => new RegExp(`^([a-z0-9][a-z0-9-]*)\\.${ending}$`).exec(name)?.[1],
  )
  return [...new Set([defaultSlug, ...slugs.filter((slug) => slug !== undefined)])]
}
