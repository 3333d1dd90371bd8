import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { publishedSchemas } from '../../support/schemas.js'

const folder = fileURLToPath(new URL('../../../docs/schema/', import.meta.url))

describe('the schemas of the package', () => {
  it.each(publishedSchemas())('$file is what the program goes by now (npm run schema writes it)', ({ file, text }) => {
    expect(readFileSync(`${folder}${file}`, 'utf8')).toBe(text)
  })
})
