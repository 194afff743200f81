import { lexicographicSortSchema } from 'graphql'
import './scalars.ts'
import './workspace.ts'
import { builder } from './builder.ts'

/** The whole schema: this file is the one place that names every file of types. */
export const schema = lexicographicSortSchema(builder.toSchema())
