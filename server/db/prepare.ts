const names = new Map<string, string>()

/**
 * Lets PostgreSQL parse and plan this statement once for each connection. For statements whose text never varies and
 * that name their columns: one that says `*` fails on old connections once a migration has added a column.
 */
export function prepared(text: string): string {
  if (!names.has(text)) names.set(text, `k${names.size}`)
  return text
}

interface Client { query: (...args: unknown[]) => unknown }

/** Has a connection of the pool send the statements given to `prepared` by their names. */
export function preparing(client: object): void {
  const { query } = client as Client
  ;(client as Client).query = (text, values, ...rest) => {
    const name = typeof text === 'string' ? names.get(text) : undefined
    return Reflect.apply(query, client, name === undefined ? [text, values, ...rest] : [{ name, text, values }, ...rest])
  }
}
