/**
 * A text that is known when it is written: no name of a host, no path and no text of another program can be in it. A
 * template with a value in it is none, unless all that the value can be is written down in its type.
 */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- the empty type is meant: it lacks any key that is known, and none that is only of a form
export type Fixed<Text extends string> = Text extends unknown ? (Record<never, 1> extends Record<Text, 1> ? never : Text) : never

/**
 * What tenants read of an error that came about on hosts: they neither see hosts nor learn of what is on them. An error
 * without such words is told to them by its code alone (told.ts), so that none is told by mistake.
 */
export class TenantWords {
  /** Not any object with these fields is one. */
  declare private readonly mark: never
  readonly message: string
  /** What a tenant can do about it; undefined when that is nothing. */
  readonly remedy: string | undefined

  private constructor(message: string, remedy: string | undefined) {
    this.message = message
    this.remedy = remedy
  }

  /** Words that are the same each time. */
  static fixed<const Text extends string, const Remedy extends string = never>(message: Text & Fixed<Text>, remedy?: Remedy & Fixed<Remedy>): TenantWords {
    return new TenantWords(message, remedy)
  }

  /** Words with values in them: the caller vouches that these are the tenant's own, or numbers. */
  static vouched(message: string, remedy?: string): TenantWords {
    return new TenantWords(message, remedy)
  }
}
