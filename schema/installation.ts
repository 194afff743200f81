import { hasSimulatedHosts, isSignUpOpen, updateInstallation } from '../server/app/installation.ts'
import { builder } from './builder.ts'
import { mutation } from './mutation.ts'

export const InstallationType = builder.objectRef<object>('Installation').implement({
  description: 'This Kloudak as a whole.',
  // Default deny: what is for everybody says so.
  authScopes: { signedIn: true },
  fields: (t) => ({
    signUpOpen: t.boolean({ skipTypeScopes: true, description: 'Whether everybody may make an account with `signUp`; told to everybody.', resolve: (_installation, _args, { em }) => isSignUpOpen(em) }),
    simulated: t.boolean({ description: 'Whether it has simulated hosts, on which no guest runs for real. For those who are signed in.', resolve: (_installation, _args, context) => hasSimulatedHosts(context) }),
  }),
})

builder.queryField('installation', (t) => t.field({ type: InstallationType, skipTypeScopes: true, description: 'What holds for all of this Kloudak.', resolve: () => ({}) }))

mutation('updateInstallation', {
  description: 'Changes what holds for all of this Kloudak; what is left out stays. For superusers.',
  input: (t) => ({ signUpOpen: t.boolean({ description: 'Whether everybody may make an account with `signUp`.' }) }),
  payload: (t) => ({ installation: t.field({ type: InstallationType, description: 'This Kloudak.' }) }),
  resolve: async (input, context) => {
    await updateInstallation(context, input)
    return { installation: {} }
  },
})
