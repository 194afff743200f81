import { unseal } from '../db/seal.ts'
import type { MasterKey } from '../db/master-key.ts'
import { KloudakError } from '../model/errors.ts'
import type { Manifest } from './manifest.ts'
import type { Part } from './read.ts'

/** By convention: what a column of this name holds is sealed for its row (decision 21). */
const isSealed = (column: string) => column.endsWith('_sealed')

interface Sealed { table: string; id: string; value: Buffer }

/** Collects the sealed values of a backup while it is read; which column stands where is known only at its end. */
export class SealedRows {
  /** Rows of tables that hold anything in hexadecimal, as COPY writes bytes. */
  readonly #rows: { table: string; fields: string[] }[] = []

  look({ table, content }: Part): void {
    if (!content.includes(hexMark)) return
    for (const line of content.toString().split('\n')) if (line.includes(hexMark)) this.#rows.push({ table, fields: line.split('\t') })
  }

  *valuesOf({ tables }: Manifest): Generator<Sealed> {
    const columnsOf = new Map(tables.map(({ name, columns }) => [name, columns]))
    for (const { table, fields } of this.#rows) {
      const columns = columnsOf.get(table) ?? []
      const id = fields[columns.indexOf('id')]
      for (const [at, column] of columns.entries()) {
        const text = fields[at]
        if (isSealed(column) && id !== undefined && text?.startsWith(hexMark)) yield { table, id, value: Buffer.from(text.slice(hexMark.length), 'hex') }
      }
    }
  }
}

/** `\x`, whose backslash COPY doubles. */
const hexMark = '\\\\x'

/** Opens every sealed value and forgets it again. @throws KloudakError WRONG_STATE when the key is not the one of the backup */
export function requireKeyOpens(masterKey: MasterKey, rows: SealedRows, manifest: Manifest): number {
  let opened = 0
  for (const { table, id, value } of rows.valuesOf(manifest)) {
    try { unseal(masterKey, { table, id }, value).fill(0) } catch (cause) {
      throw new KloudakError('WRONG_STATE', `This master key does not open what the backup holds sealed (${table} ${id}).`, { remedy: 'Put the master.key of the installation that was backed up in place: it is not in the backup.', cause })
    }
    opened++
  }
  return opened
}
