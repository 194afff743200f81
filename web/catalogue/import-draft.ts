import { checkImageUrl } from '../../server/model/image-input.ts'
import type { ImageFormat, ImportImageInput } from '../gql/graphql.ts'
import { said } from '../lib/rules.ts'
import { fieldOf, imageInput, imageRules } from './draft.ts'
import type { ImageDraft } from './draft.ts'

/** What lies in the web: a new image, or another version of one, which has neither name nor visibility to be said. */
export interface ImportDraft extends ImageDraft { url: string; digest: string; poolId: string; format: ImageFormat | 'FOUND_OUT' }

export const newImport: ImportDraft = { name: '', os: '', url: '', digest: '', poolId: '', format: 'FOUND_OUT', isPublic: true, workspaceIds: [] }

const algorithms = { sha256: { title: 'SHA-256', digits: 64 }, sha512: { title: 'SHA-512', digits: 128 } } as const
type Algorithm = keyof typeof algorithms
export interface Digest { algorithm: Algorithm; hex: string }

// The digits alone, behind `sha256:`, or before the file's name; and with the name in between, as BSD prints them.
const lines = [/^(?:(?<named>sha-?(?:256|512))\s*[:=]\s*)?(?<hex>[0-9a-f]+)(?:\s+\*?\S+)?$/i, /^(?<named>sha-?(?:256|512))\s*\(.+\)\s*=\s*(?<hex>[0-9a-f]+)$/i]

/** The digest in a line as the makers of images publish it, or what is wrong with the line. Its length tells its kind. */
export function readDigest(line: string): Digest | string {
  const groups = lines.map((shape) => shape.exec(line.trim())?.groups).find((found) => found !== undefined)
  if (!groups) return 'This is no digest. Paste the hexadecimal digits of the SHA-256 or the SHA-512.'
  const hex = groups.hex!.toLowerCase()
  const named = groups.named?.replace('-', '').toLowerCase() as Algorithm | undefined
  const algorithm = named ?? (Object.keys(algorithms) as Algorithm[]).find((each) => algorithms[each].digits === hex.length)
  if (algorithm && algorithms[algorithm].digits === hex.length) return { algorithm, hex }
  return `This has ${hex.length} digits. ${named ? `A ${algorithms[named].title} has ${algorithms[named].digits}.` : 'A SHA-256 has 64, a SHA-512 has 128.'}`
}

/** Which kind of digest was typed, for people; undefined while it is none. */
export function digestTitle(line: string): string | undefined {
  const digest = readDigest(line)
  return typeof digest === 'string' ? undefined : algorithms[digest.algorithm].title
}

const versionRules = {
  url: (url: string) => said(() => checkImageUrl(url.trim())),
  digest: (line: string) => { const digest = readDigest(line); return typeof digest === 'string' ? digest : null },
  poolId: (id: string) => (id ? null : 'Choose a pool.'),
}

/** What is wrong with a draft, of a new image or of another version of one. */
export const importRules = (isVersion: boolean) => (isVersion ? versionRules : { ...imageRules, ...versionRules })

/** The input for a draft that the rules let pass. */
export function importInput(draft: ImportDraft, imageId?: string): ImportImageInput {
  const { url, digest: line, poolId, format } = draft
  const digest = readDigest(line)
  if (typeof digest === 'string') throw new Error(digest)
  return { ...(imageId === undefined ? imageInput(draft) : { imageId }), url: url.trim(), [digest.algorithm]: digest.hex, poolId, ...(format === 'FOUND_OUT' ? {} : { format }) }
}

/** The form's field for an input field at fault: it has one for both kinds of digest. */
export const importFieldOf = (path: string | null | undefined): string | null => (path === 'sha256' || path === 'sha512' ? 'digest' : fieldOf(path))
