import { KloudakError } from './errors.ts'

/** 12 to 256 characters; what they are is the user's choice. INVALID_INPUT otherwise. */
export function checkPassword(password: string, field = 'password'): string {
  const length = Array.from(password).length
  if (length < 12 || length > 256) throw new KloudakError('INVALID_INPUT', 'A password has 12 to 256 characters.', { field, remedy: 'Choose a longer one: a few words are easy to remember.' })
  if (!password.isWellFormed() || password.includes('\0')) throw new KloudakError('INVALID_INPUT', 'A password is text without zero bytes.', { field })
  return password
}
