import { lexicographicSortSchema } from 'graphql'
import './area.ts'
import './host.ts'
import './image.ts'
import './network.ts'
import './pool.ts'
import './scalars.ts'
import './session.ts'
import './subscriptions.ts'
import './task.ts'
import './template.ts'
import './user.ts'
import './vm.ts'
import './workspace.ts'
import { builder } from './builder.ts'

/** The whole schema: this file is the one place that names every file of types. */
export const schema = lexicographicSortSchema(builder.toSchema())
