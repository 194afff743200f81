import { KloudakError } from './errors.ts'

/** Usernames that differ only in case, width or composition are the same. */
export const usernameKey = (username: string) => username.normalize('NFKC').toLowerCase()

/**
 * A name to sign in with: 2 to 63 letters a-z, digits, dots, hyphens and underscores, with a letter or digit at its ends.
 * Other alphabets have letters that look like these, so that one user could pass for another. Returned in NFKC.
 */
export function checkUsername(value: string, field = 'username'): string {
  const username = value.normalize('NFKC')
  if (username.length < 2 || username.length > 63) throw new KloudakError('INVALID_INPUT', 'A username has 2 to 63 characters.', { field, remedy: 'Choose another one.' })
  if (!/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(username)) {
    throw new KloudakError('INVALID_INPUT', 'A username has letters from a to z, digits, dots, hyphens and underscores, and begins and ends with a letter or digit.', { field, remedy: 'Write it without other characters.' })
  }
  return username
}

const localPart = /^[^\s@"(),:;<>[\]\\]{1,64}$/
const domainLabel = /^[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Cs}]/u

/** An address to write to, as people write them: it is not proven that anybody reads it. Returned in NFC, its domain in lower case. */
export function checkEmail(value: string, field = 'email'): string {
  const email = value.normalize('NFC')
  const at = email.lastIndexOf('@')
  const [local, domain] = [email.slice(0, at), email.slice(at + 1).toLowerCase()]
  const labels = domain.split('.')
  const isGood = at > 0 && email.length <= 254 && !invisible.test(email) && localPart.test(local) && !/^\.|\.\.|\.$/.test(local) && labels.length > 1 && labels.every((label) => domainLabel.test(label))
  if (!isGood) throw new KloudakError('INVALID_INPUT', 'This is not an email address.', { field, remedy: 'Write it like name@example.com, at most 254 characters.' })
  return `${local}@${domain}`
}
