import { KloudakError } from './errors.ts'

export const userDataMaxBytes = 256 * 1024

/** A MIME message of the user's own: it says its kind by its headers. */
export const mimeBeginning = /^(content-type|mime-version):/i
/** How the first line tells the other kinds apart, as cloud-init reads it. */
const beginnings = ['#cloud-config', '#!', '#cloud-boothook', '#include', '#part-handler', '## template: jinja']

/** User data for cloud-init: text of a kind that it knows. INVALID_INPUT otherwise, since a guest would ignore it silently. */
export function checkUserData(text: string, field = 'userData'): string {
  if (new TextEncoder().encode(text).length > userDataMaxBytes) throw new KloudakError('INVALID_INPUT', `User data has at most ${userDataMaxBytes / 1024} KiB.`, { field, remedy: 'Fetch the rest from within the guest.' })
  if (!text.isWellFormed() || text.includes('\u0000')) throw new KloudakError('INVALID_INPUT', 'User data is text, without zero bytes.', { field })
  if (!mimeBeginning.test(text) && !beginnings.some((beginning) => text.startsWith(beginning))) {
    throw new KloudakError('INVALID_INPUT', 'The first line of the user data does not say what it is.', { field, remedy: 'Begin it with #cloud-config, or with #! for a script.' })
  }
  return text
}
