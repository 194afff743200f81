import type { Permission } from '../model/permissions.ts'

/** The signed-in user behind a request, as the database knows them now; never what a token claims (decision 19). */
export interface Actor {
  id: string
  username: string
  superuser: boolean
  /** The session that the token belongs to. */
  sessionId: string
  /** Whether that is an API token: its rights are then what its scopes leave of the user's. */
  isToken?: boolean
  /** Whether that token may make workspaces. */
  makesWorkspaces?: boolean
  /** What they may do, by workspace id. Membership alone, with an empty set, means that they may see. */
  memberships: ReadonlyMap<string, ReadonlySet<Permission>>
}

/** Who asks, and from where: what a verb needs to decide and what a task records. `Context` of the schema is one. */
export interface Caller {
  /** Undefined when nobody is signed in. */
  actor: Actor | undefined
  requestId: string
  clientAddress: string
}
