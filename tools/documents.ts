// Typed documents: every graphql(`...`) of the dashboard with the types of its variables and its result.
import { readFile } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { codegen } from '@graphql-codegen/core'
import { preset } from '@graphql-codegen/client-preset'
import { buildSchema, isInterfaceType, parse } from 'graphql'

const tag = /\bgraphql\(`([^`]*)`\)/g

/** Writes nothing: answers with the files of `web/gql/`, path and text, made from the schema and the tags in web/. */
export async function makeDocuments(root: string, schemaText: string): Promise<{ path: string; text: string }[]> {
  const sources = globSync('web/**/*.{ts,tsx}', { cwd: root, exclude: (path) => path.includes('web/gql') }).sort()
  const documents = []
  for (const location of sources) {
    for (const [, rawSDL] of (await readFile(root + location, 'utf8')).matchAll(tag)) documents.push({ location, rawSDL, document: parse(rawSDL!) })
  }
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: 'web/gql/',
    schema: parse(schemaText),
    schemaAst: undefined,
    documents,
    plugins: [],
    pluginMap: {},
    presetConfig: { fragmentMasking: false, skipIndexFile: true },
    config: {
      importExtension: '.ts', useTypeImports: true, enumType: 'string-literal', arrayInputCoercion: false, avoidOptionals: { field: true }, skipTypeNameForRoot: true,
      scalars: { ID: 'string', Bytes: 'number', DateTime: 'string' }, defaultScalarType: 'unknown',
    },
  })
  const typed = await Promise.all(sections.map(async (section) => ({ path: section.filename, text: `// Made by tools/generate.ts from the graphql() tags in web/.\n${await codegen({ ...section })}` })))
  return [...typed, { path: 'web/gql/possible-types.ts', text: possibleTypes(schemaText) }]
}

/** Which types implement each interface: the cache cannot tell from an answer whether `... on UserError` fits it. */
function possibleTypes(schemaText: string): string {
  const schema = buildSchema(schemaText)
  const lines = Object.values(schema.getTypeMap()).filter(isInterfaceType).map((type) => `  ${type.name}: [${schema.getPossibleTypes(type).map(({ name }) => `'${name}'`).sort().join(', ')}],`)
  return `// Made by tools/generate.ts from schema/schema.graphql.\nexport const possibleTypes: Record<string, string[]> = {\n${lines.join('\n')}\n}\n`
}
