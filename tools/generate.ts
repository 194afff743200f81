// Writes every generated file (`npm run generate`), or with --check compares instead and fails on a difference.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { printSchema } from 'graphql'
import { schema } from '../schema/index.ts'
import { makeDocuments } from './documents.ts'
import { errorCodesText } from './error-codes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Generated { path: string; make: () => Promise<string> }

const schemaText = `# Made by tools/generate.ts from schema/index.ts.\n${printSchema(schema)}\n`
const files: Generated[] = [
  { path: 'schema/schema.graphql', make: async () => schemaText },
  { path: 'docs/errors.md', make: async () => errorCodesText() },
  ...(await makeDocuments(root, schemaText)).map(({ path, text }) => ({ path, make: async () => text })),
]

const check = process.argv.includes('--check')
let stale = 0
for (const { path, make } of files) {
  const wanted = await make()
  const found = await readFile(root + path, 'utf8').catch(() => '')
  if (found === wanted) continue
  if (check) { console.error(`${path} is stale: run npm run generate`); stale++ } else await writeFile(root + path, wanted)
}
process.exit(stale ? 1 : 0)
