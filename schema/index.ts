import { lexicographicSortSchema } from 'graphql'
import './scalars.ts'
import './area.ts'
import './host.ts'
import './image.ts'
import './network.ts'
import './pool.ts'
import './task.ts'
import './template.ts'
import './vm.ts'
import './workspace.ts'
import { builder } from './builder.ts'

/** The whole schema: this file is the one place that names every file of types. */
export const schema = lexicographicSortSchema(builder.toSchema())
