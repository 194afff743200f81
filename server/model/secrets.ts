/** Names of input fields whose values are secrets, or may hold some: audit and tasks show that they were given, not what. */
const secretFields = new Set(['password', 'currentPassword', 'newPassword', 'refreshToken', 'userData', 'privateKey', 'sshPrivateKey', 'passwordHash', 'token', 'planHash', 'idempotencyKey'])

export const secretMark = '[secret]'
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const longestText = 1_024
const longestList = 100

/** Whether a field of this name is kept out of records. */
export const isSecretField = (name: string): boolean => secretFields.has(name)

/** The input as it may be kept and shown: without secrets and nulls, long texts and lists cut. */
export function withoutSecrets(input: unknown): unknown {
  // Pasted by mistake into a field for public keys, for example.
  if (typeof input === 'string' && privateKey.test(input)) return secretMark
  if (typeof input === 'string') return input.length <= longestText ? input.toWellFormed() : `${input.slice(0, longestText).toWellFormed()}…`
  if (Array.isArray(input)) return input.slice(0, longestList).map(withoutSecrets)
  if (input instanceof Date) return input.toISOString()
  if (input === null || typeof input !== 'object') return input
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name, isSecretField(name) ? secretMark : withoutSecrets(value)]))
}
