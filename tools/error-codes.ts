import { errorGuide } from '../server/model/error-guide.ts'
import { errorCodes, isMendable } from '../server/model/errors.ts'

/** docs/errors.md: every code with its cause and its remedy. */
export function errorCodesText(): string {
  const section = (code: (typeof errorCodes)[number]) => {
    const { meaning, cause, remedy } = errorGuide[code]
    return `## ${code}\n\n${meaning} ${isMendable(code) ? 'Part of a mutation\'s result.' : 'A GraphQL error.'}\n\n- **Cause.** ${cause}\n- **Remedy.** ${remedy}\n`
  }
  return `<!-- Made by tools/generate.ts from server/model/error-guide.ts. -->
# Errors

The set of codes is closed. A code that the caller can mend is a member of the mutation's result union, with \`code\`, \`message\`,
\`field\` and \`remedy\`; in queries and subscriptions, and for all other codes, it is a GraphQL error with
\`extensions.code\`. Tasks and their steps carry the same codes, and so does the audit.

What went wrong on a host is told to superusers as it was: which host, which bridge, which pool. Everybody else reads the same
without them, in the task, its steps and in \`failure\` of a VM or a network, with a remedy that they can follow or none. Where
an error has no words for tenants they read what its code says.

${errorCodes.map(section).join('\n')}`
}
