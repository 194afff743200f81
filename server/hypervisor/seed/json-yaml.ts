/**
 * A value as JSON that YAML readers take too. YAML 1.1 refuses a few characters that JSON leaves bare (DEL, C1 controls,
 * line separators, the byte order mark); they are written as escapes, which mean the same in both. Characters past U+FFFF
 * stay bare, since a YAML reader would take a pair of escapes for two broken characters; half of such a pair is refused.
 */
export function jsonYaml(value: unknown): string {
  const json = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'string' && !part.isWellFormed()) throw new Error('text with half a surrogate pair')
    return part
  })
  return json.replace(/[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
