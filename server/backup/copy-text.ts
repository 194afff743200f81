// PostgreSQL's COPY text: a row in a line, fields between tabs, `\N` for null, backslashes before what would be misread.
import { KloudakError } from '../model/errors.ts'

const meant: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Every field of every row; null for SQL's null. */
export function* readCopyText(content: Buffer): Generator<(string | null)[]> {
  const text = content.toString()
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at)
    yield text.slice(at, end < 0 ? undefined : end).split('\t').map((field) => (field === '\\N' ? null : field.includes('\\') ? field.replaceAll(/\\(.)/gs, (_, char: string) => meant[char] ?? char) : field))
    at = end < 0 ? text.length : end + 1
  }
}

/**
 * The rows as one JSON array of objects for json_populate_recordset. Each value stands as PostgreSQL wrote it, to be read
 * by the column's own type; JSON of a column is put in as it is, so that no number in it is rounded.
 */
export function asJsonRows(content: Buffer, columns: readonly string[], isJson: (column: string) => boolean): string {
  const names = columns.map((column) => `${JSON.stringify(column)}:`)
  const rows: string[] = []
  for (const fields of readCopyText(content)) {
    if (fields.length !== columns.length) throw new KloudakError('INVALID_INPUT', `A row has ${fields.length} fields instead of ${columns.length}.`)
    rows.push(`{${fields.map((field, at) => names[at] + (field === null ? 'null' : isJson(columns[at]!) ? field : JSON.stringify(field))).join()}}`)
  }
  return `[${rows.join()}]`
}
