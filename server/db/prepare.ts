/** How often a text must have come before it is given a name, and how many names there are: each costs memory in each connection. */
const [often, most] = [20, 300]

const times = new Map<string, number>()
const names = new Map<string, string>()

/**
 * The name of a statement that comes again and again, under which PostgreSQL parses and plans it once for each connection;
 * undefined for others. One that says `*` is never named: it fails on old connections once a migration has added a column.
 */
export function statementName(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= most || text.includes('*')) return known
  const count = (times.get(text) ?? 0) + 1
  // Texts that vary (lists of values, of states) are forgotten before they fill the memory.
  if (times.size >= 5_000) times.clear()
  times.set(text, count)
  if (count < often) return undefined
  times.delete(text)
  names.set(text, `k${names.size}`)
  return names.get(text)
}

interface Client { query: (...args: unknown[]) => unknown }

/** Has a connection send by name what has one. */
export function preparing(client: object): void {
  const { query } = client as Client
  ;(client as Client).query = (text, values, ...rest) => {
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? statementName(text) : undefined
    return Reflect.apply(query, client, name === undefined ? [text, values, ...rest] : [{ name, text, values }, ...rest])
  }
}
