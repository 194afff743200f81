import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'
import { KloudakError } from '../../model/errors.ts'

/** An element as a plain value. Order is kept; a string child is text, never markup. */
export interface XmlElement {
  name: string
  attributes: Record<string, string>
  children: (XmlElement | string)[]
}

type Child = XmlElement | string | undefined | false | readonly (XmlElement | false | undefined)[]

/** Builds an element. Children that are undefined or false are left out, and so are attributes without a value. */
export function element(name: string, attributes: Record<string, string | number | undefined> = {}, ...children: Child[]): XmlElement {
  const kept: Record<string, string> = {}
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) kept[key] = String(value)
  return { name, attributes: kept, children: children.flat().filter((child) => child !== undefined && child !== false) }
}

const maxLength = 4 * 1024 * 1024
// Char of XML 1.0, section 2.2. What lies outside cannot be written at all, not even as a character reference.
const unwritable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u
const nameForm = /^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/

/** A carriage return, and in an attribute any line break or tab, would be read back as a blank unless written as a reference. */
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\r': '&#13;', '\n': '&#10;', '\t': '&#9;' }

function escapeText(value: string, special: RegExp): string {
  if (unwritable.test(value)) throw new KloudakError('INVALID_INPUT', 'A text has characters that XML cannot carry.', { remedy: 'Remove the control characters.' })
  return value.replace(special, (char) => escapes[char]!)
}

function checkedName(name: string): string {
  if (!nameForm.test(name)) throw new Error(`not a name of an element or attribute: ${JSON.stringify(name)}`)
  return name
}

// What fast-xml-parser calls `preserveOrder`: each node is an object with its name as the one key, attributes under ':@'.
interface Node { [name: string]: Node[] | string | Record<string, string> | undefined; ':@'?: Record<string, string> }

function toNode(child: XmlElement | string): Node {
  if (typeof child === 'string') return { '#text': escapeText(child, /[&<>\r]/g) }
  const attributes = Object.entries(child.attributes).map(([name, value]) => [checkedName(name), escapeText(value, /[&<>"'\r\n\t]/g)])
  return { [checkedName(child.name)]: child.children.map(toNode), ...(attributes.length > 0 ? { ':@': Object.fromEntries(attributes) } : {}) }
}

// Escaping is done above, for text and attributes each as it needs, so the library's own is off in both directions.
const builder = new XMLBuilder({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', suppressEmptyNode: true, suppressBooleanAttributes: false, processEntities: false })
const parser = new XMLParser({
  preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false, parseAttributeValue: false, trimValues: false,
  processEntities: false, cdataPropName: '#cdata', ignoreDeclaration: true, ignorePiTags: true, maxNestedTags: 64,
})

/** The document as text. Every value is escaped; INVALID_INPUT when one has a character that XML 1.0 cannot carry. */
export function writeXml(root: XmlElement): string {
  return builder.build([toNode(root)])
}

/** Reads a document of at most 4 MiB. There is no DTD and so no entity but the five of XML itself; blanks between elements are left out. */
export function readXml(text: string): XmlElement {
  if (text.length > maxLength) throw new Error(`XML of ${text.length} characters is refused`)
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new Error('XML with a document type is refused')
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new Error(`not XML: ${valid.err.msg} (line ${valid.err.line})`)
  const roots = (parser.parse(text) as Node[]).filter((node) => !('#text' in node)).map(fromNode)
  const [root] = roots
  if (roots.length !== 1 || typeof root !== 'object') throw new Error('not XML: there must be one root element')
  return root
}

function fromNode(node: Node): XmlElement | string {
  const name = Object.keys(node).find((key) => key !== ':@')!
  const value = node[name]
  if (name === '#text') return unescapeText(asText(value))
  const nodes = Array.isArray(value) ? value : []
  if (name === '#cdata') return nodes.map((part) => asText(part['#text'])).join('')
  const attributes = Object.fromEntries(Object.entries(node[':@'] ?? {}).map(([key, text]) => [key, unescapeText(text)]))
  const children = nodes.map(fromNode)
  const hasElements = children.some((child) => typeof child === 'object')
  return { name, attributes, children: hasElements ? children.filter((child) => typeof child === 'object' || child.trim() !== '') : children }
}

function asText(value: Node[string]): string {
  return typeof value === 'string' ? value : ''
}

const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));/gi, (whole, hex: string | undefined, decimal: string | undefined, named: string | undefined) => {
    if (named !== undefined) { if (!(named in references)) throw new Error(`unknown entity ${whole}`); return references[named]! }
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (code > 0x10_FFFF) throw new Error(`no such character: ${whole}`)
    return String.fromCodePoint(code)
  })
}

/** The children of this name, in order. */
export function childrenOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter((child): child is XmlElement => typeof child === 'object' && child.name === name) ?? []
}

/** The first element on a path of names, for example `find(domain, 'devices', 'emulator')`. */
export function find(from: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let found = from
  for (const name of path) found = childrenOf(found, name)[0]
  return found
}

/** All text directly inside the element; undefined when there is no such element. */
export function textOf(from: XmlElement | undefined): string | undefined {
  return from?.children.filter((child) => typeof child === 'string').join('')
}
