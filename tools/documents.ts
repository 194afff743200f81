// Typed documents: every graphql(`...`) of the dashboard with the types of its variables and its result.
import { readFile } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { codegen } from '@graphql-codegen/core'
import { preset } from '@graphql-codegen/client-preset'
import { parse } from 'graphql'

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
  return Promise.all(sections.map(async (section) => ({ path: section.filename, text: `// Made by tools/generate.ts from the graphql() tags in web/.\n${await codegen({ ...section })}` })))
}
