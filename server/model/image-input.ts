import { KloudakError } from './errors.ts'

export interface DigestInput { sha256?: string | null | undefined; sha512?: string | null | undefined }
export interface Digest { algorithm: 'sha256' | 'sha512'; hex: string }

const lengths = { sha256: 64, sha512: 128 } as const

/** INVALID_INPUT unless exactly one digest is given, in hex. */
export function checkDigest({ sha256, sha512 }: DigestInput): Digest {
  if ((sha256 == null) === (sha512 == null)) throw new KloudakError('INVALID_INPUT', 'An image is held against one digest.', { field: 'sha256', remedy: 'Give either sha256 or sha512, as its makers publish it.' })
  const algorithm = sha256 == null ? 'sha512' : 'sha256'
  const hex = (sha256 ?? sha512!).trim().toLowerCase()
  if (hex.length !== lengths[algorithm] || !/^[0-9a-f]+$/.test(hex)) throw new KloudakError('INVALID_INPUT', `This is no digest of the kind ${algorithm === 'sha256' ? 'SHA-256' : 'SHA-512'}.`, { field: algorithm, remedy: `Give its ${lengths[algorithm]} hexadecimal digits.` })
  return { algorithm, hex }
}

/** An address of the web without a secret in it: it is kept, and shown to operators. INVALID_INPUT for others. */
export function checkImageUrl(text: string): string {
  const remedy = 'Give an address such as https://cloud.example.org/images/debian-12.qcow2.'
  const url = text.length <= 2_000 && URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new KloudakError('INVALID_INPUT', 'This is no address of the web.', { field: 'url', remedy })
  if (url.username !== '' || url.password !== '') throw new KloudakError('INVALID_INPUT', 'The address holds a password, and addresses are kept and shown.', { field: 'url', remedy: 'Serve the image without signing in: the digest keeps it from being another one.' })
  url.hash = ''
  return url.href
}
