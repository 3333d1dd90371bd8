import { refuseControl } from './script.js'

/** What a property list can hold, as far as it is needed here. */
export type Property = string | number | boolean | readonly Property[] | { readonly [key: string]: Property }

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`

/** A property list in XML. Throws ConfigError for a text that XML cannot hold. */
export const propertyList = (properties: { readonly [key: string]: Property }): string =>
  `${head}${element(properties)}\n</plist>\n`

function element(property: Property): string {
  if (typeof property === 'string') return `<string>${escaped(property)}</string>`
  if (typeof property === 'number') return `<integer>${property}</integer>`
  if (typeof property === 'boolean') return property ? '<true/>' : '<false/>'
  if (isList(property)) return within('array', property.map(element))
  const pairs = Object.entries(property).map(
    ([key, value]) => `<key>${escaped(key)}</key>${gap(value)}${element(value)}`,
  )
  // What is short stands on one line.
  if (pairs.length === 1 && !pairs[0]?.includes('\n')) return `<dict>${pairs[0]}</dict>`
  return within('dict', pairs)
}

const isList = (property: Property): property is readonly Property[] => Array.isArray(property)

const gap = (value: Property): string => (typeof value === 'number' ? '' : '\n')

const within = (name: string, parts: readonly string[]): string =>
  `<${name}>\n${parts
    .join('\n')
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}\n</${name}>`

function escaped(text: string): string {
  refuseControl(text, 'the property list')
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
