import { KloudakError } from './errors.ts'

// Names are shown, logged and put into host objects (always escaped), so control and invisible characters are refused,
// and they are compared after NFC, so that two names that look the same are the same.
// Emoji are written with the two selectors, which cannot be seen either.
const forbidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Cs}\u2800]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/u

/** A person's name for an object: 1-63 characters, no control or invisible ones, no blanks at the ends. Returned in NFC. */
export function checkName(value: string, field = 'name'): string {
  const name = value.normalize('NFC')
  if (name.length === 0 || name.length > 63) throw new KloudakError('INVALID_INPUT', 'A name has 1 to 63 characters.', { field, remedy: name.length === 0 ? 'Give it a name.' : 'Choose a shorter name.' })
  if (forbidden.test(name) || name !== name.trim()) throw new KloudakError('INVALID_INPUT', 'A name has no control or invisible characters and no blanks at its ends.', { field, remedy: 'Remove these characters.' })
  return name
}

/** Free text about an object: at most 2,000 characters; line breaks and tabs are welcome, other control characters are not. */
export function checkDescription(value: string, field = 'description'): string {
  const text = value.normalize('NFC')
  if (text.length > 2_000) throw new KloudakError('INVALID_INPUT', 'A description has at most 2,000 characters.', { field, remedy: 'Shorten it.' })
  if (forbidden.test(text.replace(/[\n\r\t]/g, ''))) throw new KloudakError('INVALID_INPUT', 'A description has no control or invisible characters.', { field, remedy: 'Remove these characters.' })
  return text
}

/** RFC 1123 label, as cloud-init and DNS take it. */
export function checkHostname(value: string, field = 'hostname'): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) throw new KloudakError('INVALID_INPUT', 'A hostname has 1 to 63 lower-case letters, digits and hyphens, with no hyphen at its ends.', { field })
  return value
}

/** The hostname a VM gets from its name when the user gives none: what does not fit a hostname becomes a hyphen. */
export function hostnameFrom(name: string): string {
  const hostname = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63).replace(/-+$/, '')
  return hostname || 'vm'
}
