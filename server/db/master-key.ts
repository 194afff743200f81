/** The key that seals the secrets of the database; further ones only open what they sealed while they were the first. */
export type MasterKey = Uint8Array | readonly [Uint8Array, ...Uint8Array[]]

export const keysOf = (masterKey: MasterKey): readonly [Uint8Array, ...Uint8Array[]] => (masterKey instanceof Uint8Array ? [masterKey] : masterKey)

/** The keys of a master key file: 32 bytes in base64 on each line, the one that seals first. Throws for anything else. */
export function parseMasterKey(text: string): MasterKey {
  const keys = text.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => Buffer.from(line, 'base64'))
  const [first, ...older] = keys
  if (!first || keys.some(({ length }) => length !== 32)) throw new Error('the file must hold 32 bytes in base64 on each line')
  return [first, ...older]
}
