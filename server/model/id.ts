/**
 * A UUIDv7 (RFC 9562): sorts by the millisecond it was made in, and within one process also by order of making.
 * Web Crypto only, so that the browser can use it too.
 */
export function newId(): string {
  let now = Date.now()
  if (now <= lastMs) { now = lastMs; counter++ } else counter = random16() & 0x7ff
  if (counter > 0xfff) { now++; counter = 0 }
  lastMs = now
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | (counter >> 8)
  bytes[7] = counter & 0xff
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

let lastMs = 0
let counter = 0
const random16 = () => crypto.getRandomValues(new Uint16Array(1))[0]!
