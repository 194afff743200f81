import { KloudakError } from './errors.ts'

const sshKeyTypes = ['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com']

/**
 * One public key as OpenSSH writes it, on one line, with or without a comment. Options before the key are refused, since
 * they would run commands of the key's giver. Returned without blanks at its ends; INVALID_INPUT otherwise.
 */
export function checkSshKey(value: string, field = 'sshKeys'): string {
  const line = value.trim()
  const [type = '', body = ''] = line.split(' ')
  const known = sshKeyTypes.includes(type) && line.length <= 16_384 && /^[A-Za-z0-9+/]{32,}={0,2}$/.test(body) && !/\p{Cc}/u.test(line) && line.isWellFormed()
  if (!known || typeInside(body) !== type) {
    throw new KloudakError('INVALID_INPUT', 'This is not a public SSH key.', { field, remedy: 'Paste the one line of a file like ~/.ssh/id_ed25519.pub.' })
  }
  return line
}

/** A key's body names its type once more (RFC 4253, section 6.6): a string with its length before it. */
function typeInside(base64: string): string | undefined {
  let bytes: string
  try { bytes = atob(base64) } catch { return undefined }
  const length = [0, 1, 2, 3].reduce((sum, index) => sum * 256 + bytes.charCodeAt(index), 0)
  return bytes.slice(4, 4 + length)
}

/** A password for a guest's first user, as a line of /etc/shadow can hold it after hashing. INVALID_INPUT otherwise. */
export function checkGuestPassword(value: string, field = 'password'): string {
  if (value.length < 1 || value.length > 128 || /\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw new KloudakError('INVALID_INPUT', 'A password has 1 to 128 characters, none of them control characters.', { field, remedy: 'Choose another password.' })
  }
  return value
}

/** A user of a guest, as systems allow it. INVALID_INPUT otherwise. */
export function checkGuestUsername(value: string, field = 'username'): string {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(value)) throw new KloudakError('INVALID_INPUT', 'A user name of a guest has 1 to 32 letters, digits, dots, hyphens and underscores, and begins with a letter or an underscore.', { field, remedy: 'Leave it out for root.' })
  return value
}
