import type { ErrorCode } from './errors.ts'

interface Guide {
  /** What it says, as a sentence. */
  meaning: string
  /** What brings it about. */
  cause: string
  /** What its reader can do. */
  remedy: string
}

/** The one table of what the codes mean: the schema's descriptions and docs/errors.md are made from it. */
export const errorGuide: Record<ErrorCode, Guide> = {
  UNAUTHENTICATED: {
    meaning: 'Nobody is signed in, or the token has ended.',
    cause: 'No access token was sent, or one that has run out, whose session was ended, or whose user was disabled. At sign-in: the username or the password is wrong, or the account is disabled; these cannot be told apart.',
    remedy: 'Refresh the session, or sign in again. An operator can set a new password and enable an account.',
  },
  FORBIDDEN: {
    meaning: 'The permission for it is missing.',
    cause: 'You see the workspace, but do not hold the permission that the message names; or it is for superusers, or not for API tokens. Rights are those of the moment, whatever the token says.',
    remedy: 'Ask an owner of the workspace for the permission, or a superuser. API tokens cannot give more than their scopes: make another.',
  },
  NOT_FOUND: {
    meaning: 'Something that the input names is not there, or not for the caller to see.',
    cause: 'The id is wrong, the object has been deleted, or it belongs to a workspace that you are not in: these look alike on purpose.',
    remedy: 'Check the id and read the list anew. Whoever should see it has to be made a member.',
  },
  INVALID_INPUT: {
    meaning: 'A value of the input cannot be taken.',
    cause: 'A field is malformed, out of its bounds or in contradiction to another; or the operation itself is not valid, or too large. `field` names the one at fault.',
    remedy: 'Do what `remedy` says, and send it again. The same input is refused each time.',
  },
  CONFLICT: {
    meaning: 'What the input asks for is taken: a name, an address, an idempotency key with another input.',
    cause: 'Names are unique in their workspace, addresses in their subnet, VLANs on their trunk; two requests at once asked for the same; an idempotency key came a second time with another input.',
    remedy: 'Choose another value, or a new idempotency key. Something that exists is never handed to a second one who asks for it.',
  },
  WRONG_STATE: {
    meaning: 'The object is in a state that does not allow this now.',
    cause: 'A VM that runs cannot be started, one that is being deleted cannot be changed, a network in use cannot go, a task that has ended cannot be cancelled. The message says which state it is.',
    remedy: 'Wait for the task that is under way, or bring the object into the state that the message names.',
  },
  QUOTA_EXCEEDED: {
    meaning: 'The workspace has used up what it may have.',
    cause: 'The message says which quota, how much of it is used and how much was asked for.',
    remedy: 'Delete what is not needed, ask for less, or ask a superuser for more.',
  },
  NO_CAPACITY: {
    meaning: 'No host or pool has room for it.',
    cause: 'Each host of the area lacks processors or memory, is down or is kept out; no pool has the space or the image; or a subnet has no free address. The message tells the reasons.',
    remedy: 'Ask for less or for another area, or try later. Operators add hosts, pools or subnets. An address that was given back can be had after a minute.',
  },
  RATE_LIMITED: {
    meaning: 'Too many requests; `extensions.retryAfterMs` says when to try again.',
    cause: 'More requests, sockets or wrong passwords than docs/api.md allows an address, a user or an account.',
    remedy: 'Wait for `retryAfterMs`. Follow changes by a subscription instead of asking again and again.',
  },
  PLAN_CHANGED: {
    meaning: 'What the plan rested on has changed since it was made.',
    cause: 'An object that the plan names, the chosen host or pool, or a quota is not what it was; or the hash belongs to another input or another user.',
    remedy: 'Ask with `dryRun: true` again, look at the new plan, and send its hash.',
  },
  CURSOR_EXPIRED: {
    meaning: 'The cursor is older than what the event stream still holds: read the list anew.',
    cause: 'The cursor is more than seven days old, or the database was restored since.',
    remedy: 'Take `eventCursor`, read the lists anew, and subscribe after it.',
  },
  OUTCOME_UNKNOWN: {
    meaning: 'The connection to a host was lost; whether the work was done is not known yet.',
    cause: 'A host, or the way to it, went away in the middle of an act that must not be repeated blindly, a reset for one.',
    remedy: 'Look at the object once its host is back: it shows what the host reports. Then ask again if it was not done.',
  },
  CANCELLED: {
    meaning: 'It was cancelled.',
    cause: 'Somebody cancelled the task, or the object was deleted while work on it was under way.',
    remedy: 'Nothing is left behind. Ask again if it should be done after all.',
  },
  UNAVAILABLE: {
    meaning: 'A part that is needed cannot be reached now; try again.',
    cause: 'The database, a worker or a host is away or restarts, or too many asked for the same thing at once.',
    remedy: 'Try again after `retryAfterMs`, with the same idempotency key: it is done once. Tasks try again by themselves.',
  },
  INTERNAL: {
    meaning: 'A fault of Kloudak. The log has more under the request id.',
    cause: 'Something happened that nobody thought of. The cause stands in the log of the server or worker, never in the answer.',
    remedy: 'Try once more with the same idempotency key. When it stays, give an operator `requestId`.',
  },
}
