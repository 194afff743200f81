/** A page of a list in the order of ids, as a verb gets it: rows after or before an id, at most `limit`, backward when asked from the end. */
export interface PageRequest {
  after: string | undefined
  before: string | undefined
  /** One more than the page holds, so that it is known whether more follows. */
  limit: number
  backward: boolean
}
