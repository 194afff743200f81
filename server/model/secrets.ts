/** Names of input fields whose values are secrets, or may hold some: audit and tasks show that they were given, not what. */
const secretFields = new Set(['password', 'currentPassword', 'newPassword', 'refreshToken', 'userData', 'privateKey', 'sshPrivateKey', 'passwordHash', 'token', 'secret', 'planHash', 'idempotencyKey'])

export const secretMark = '[secret]'
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const longestText = 1_024
const longestList = 100
/** Of all texts and names of one input together, as JSON counts them: whoever asks for much is not kept at length. */
const longestInput = 8_192

/** Whether a field of this name is kept out of records. */
export const isSecretField = (name: string): boolean => secretFields.has(name)

/** The input as it may be kept and shown: without secrets and nulls, long texts and lists cut, and what follows once it is long as a whole. */
export function withoutSecrets(input: unknown): unknown {
  let left = longestInput
  const take = <Value>(value: Value): Value => {
    left -= String(value).length + 4
    return value
  }
  const keep = (value: unknown): unknown => {
    if (typeof value === 'string') return take(left <= 0 ? '…' : textOf(value))
    if (value instanceof Date) return take(value.toISOString())
    if (value === null || typeof value !== 'object') return take(value)
    if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null && field !== undefined).map(([name, field]) => [take(name), isSecretField(name) ? secretMark : keep(field)]))
    const list: unknown[] = []
    for (const item of value.slice(0, longestList)) { if (left <= 0) break; list.push(keep(item)) }
    return list
  }
  return keep(input)
}

function textOf(text: string): string {
  // Pasted by mistake into a field for public keys, for example.
  if (privateKey.test(text)) return secretMark
  return text.length <= longestText ? text.toWellFormed() : `${text.slice(0, longestText).toWellFormed()}…`
}
