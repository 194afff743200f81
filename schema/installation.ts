import { hasSimulatedHosts } from '../server/app/installation.ts'
import { builder } from './builder.ts'

export const InstallationType = builder.objectRef<object>('Installation').implement({
  description: 'This Kloudak as a whole.',
  fields: (t) => ({
    simulated: t.boolean({ description: 'Whether it has simulated hosts, on which no guest runs for real.', resolve: (_installation, _args, context) => hasSimulatedHosts(context) }),
  }),
})

builder.queryField('installation', (t) => t.field({ type: InstallationType, description: 'What holds for all of this Kloudak.', resolve: () => ({}) }))
