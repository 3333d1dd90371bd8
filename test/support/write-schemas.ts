import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { publishedSchemas } from './schemas.js'

const folder = fileURLToPath(new URL('../../docs/schema/', import.meta.url))
mkdirSync(folder, { recursive: true })
for (const { file, text } of publishedSchemas()) writeFileSync(`${folder}${file}`, text)
