// What can go wrong with a database server, told apart by what the caller may conclude from it.

export abstract class OvsdbError extends Error {
  override get name(): string { return this.constructor.name }
}

/** The request never left this process. */
export class OvsdbNotSentError extends OvsdbError {}

/** A transaction was sent, and the connection ended or time ran out before its answer: it may or may not have been made. */
export class OvsdbOutcomeUnknownError extends OvsdbError {}

/** The connection ended during something that changes nothing, or while nothing was under way. */
export class OvsdbConnectionLostError extends OvsdbError {}

/** The server sent what the protocol does not allow, or rows that do not fit the declared columns. */
export class OvsdbProtocolError extends OvsdbError {}

/** The database lacks a table or column that is declared here, or has it with another type. */
export class OvsdbSchemaError extends OvsdbError {}

/** A request was refused as a whole (RFC 7047, 4.1.3). `code` is the protocol's error string. */
export class OvsdbRequestError extends OvsdbError {
  readonly code: string
  readonly details: string | undefined
  constructor(method: string, code: string, details: string | undefined) {
    super(`${method}: ${code}${details ? ` (${details})` : ''}`)
    this.code = code
    this.details = details
  }
}

/** An operation failed, so the whole transaction was not made (RFC 7047, 3.1 and 5.2). Nothing changed. */
export class OvsdbOperationError extends OvsdbError {
  /** The protocol's error string, for example `constraint violation`. */
  readonly code: string
  readonly details: string | undefined
  /** Position of the failed operation; undefined when the commit as a whole failed. */
  readonly operation: number | undefined
  constructor(code: string, details: string | undefined, operation: number | undefined) {
    super(`${operation === undefined ? 'commit' : `operation ${operation}`}: ${code}${details ? ` (${details})` : ''}`)
    this.code = code
    this.details = details
    this.operation = operation
  }
}

/** `not owner`: the lock that an `assert` names is another's by now. Nothing changed. */
export class OvsdbNotOwnerError extends OvsdbOperationError {}
/** `timed out`: what a `wait` asked for did not come about. Nothing changed. */
export class OvsdbWaitError extends OvsdbOperationError {}
/** `constraint violation`, for example a name that is taken. Nothing changed. */
export class OvsdbConstraintError extends OvsdbOperationError {}
/** `referential integrity violation`: a row that another still needs, or a reference to none. Nothing changed. */
export class OvsdbReferenceError extends OvsdbOperationError {}

const classes = new Map<string, typeof OvsdbOperationError>([
  ['not owner', OvsdbNotOwnerError],
  ['timed out', OvsdbWaitError],
  ['constraint violation', OvsdbConstraintError],
  ['referential integrity violation', OvsdbReferenceError],
])

export function operationError(code: string, details: string | undefined, operation: number | undefined): OvsdbOperationError {
  return new (classes.get(code) ?? OvsdbOperationError)(code, details, operation)
}
