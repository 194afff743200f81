import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isPolicyName } from './model/placement/policy.ts'

const nameForm = /^[a-z0-9][a-z0-9-]{0,62}$/

/** `name=/path/to/module.ts,...` -> paths by name. A path is absolute: servers and workers may start in other folders. */
export const placementModules = z.string().transform((text, context): Record<string, string> => {
  const modules: Record<string, string> = {}
  for (const entry of text.split(',').map((part) => part.trim()).filter(Boolean)) {
    const equals = entry.indexOf('=')
    const [name, path] = [entry.slice(0, equals), entry.slice(equals + 1)]
    const wrong = equals < 1 ? 'is not name=/path' : !nameForm.test(name) ? 'has a name that is not of a-z, 0-9 and -' : isPolicyName(name) ? 'has the name of a policy of Kloudak' : name in modules ? 'stands twice' : isAbsolute(path) ? undefined : 'has no absolute path'
    if (wrong !== undefined) {
      context.addIssue({ code: 'custom', message: `${entry} ${wrong}` })
      return z.NEVER
    }
    modules[name] = path
  }
  return modules
})
