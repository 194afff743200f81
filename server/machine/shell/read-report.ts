// What the host's own programs say, as the script hands it on, read into one report. A part that is missing or that nobody
// understands becomes null or empty, never an error: hosts differ.
import type { Discovery, DiscoveredNic } from '../../model/host-discovery.ts'
import type { MachineReport } from '../driver.ts'

/** By name: the exit code (127: no such program) and what was said. */
export type Sections = Record<string, { code: number; text: string }>

const linesOf = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
const wholeNumber = (text: string | undefined) => (text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null)
const most = { flags: 512, nics: 512, mounts: 256 }

export function readReport(sections: Sections): MachineReport {
  const said = (name: string) => (sections[name]?.code === 0 ? sections[name].text : '')
  const addresses = sections['addresses']?.code === 0 ? readAddresses(said('addresses')) : null
  const here = said('here').split(' ')[2]
  const cards = readCards(said('cards'))
  const kernelBridges = cards.filter((card) => card['bridge'] !== undefined)
  const nics = cards.filter(isNic).slice(0, most.nics).map((card): DiscoveredNic => {
    const own = addresses === null ? null : addresses.get(card['card']!) ?? []
    return {
      name: card['card']!, mac: card['address'] ?? '', mtu: wholeNumber(card['mtu']), speedMbps: positive(wholeNumber(card['speed'])),
      carrier: card['carrier'] === '1' ? true : card['carrier'] === '0' ? false : null,
      physical: card['device'] !== undefined, master: card['master'] ?? null, uppers: words(card['uppers']).filter((upper) => upper !== card['master']), addresses: own,
      management: here !== undefined && (own ?? []).some((address) => address.split('/')[0] === here),
    }
  })
  return {
    shell: 'answered', os: readOs(said('os')), kernel: said('kernel').trim() || null, cpu: readCpu(said('processor'), said('topology')), numa: readNuma(said('numa')), nics,
    bonds: cards.filter((card) => card['mode'] !== undefined).map((card) => ({ name: card['card']!, mode: card['mode']!.split(' ')[0]!, members: words(card['members']), carrier: card['carrier'] === '1' ? true : card['carrier'] === '0' ? false : null })),
    bridges: kernelBridges.map((card) => ({ name: card['card']!, kind: 'linux', uplinks: words(card['bridge']).filter((port) => cards.some((one) => one['card'] === port && (isNic(one) || one['mode'] !== undefined))) })),
    mounts: readMounts(said('mounts')), folders: linesOf(said('folders')).map((line) => ({ path: line.slice(line.indexOf(' ') + 1), exists: line.startsWith('yes ') })),
    packages: linesOf(said('packages')).map((line) => ({ name: line.split(' ')[0]!, version: line.split(' ')[1] ?? '' })), commands: linesOf(said('commands')),
    openVswitchVersion: /\(Open vSwitch\) (\S+)/.exec(said('openvswitch'))?.[1] ?? null, kernelDatapath: sections['datapath'] === undefined ? null : sections['datapath'].code === 0,
    startsGuestsAtBoot: ({ yes: true, no: false } as Record<string, boolean>)[said('boot').trim()] ?? null, timeMs: readClock(said('clock')),
  }
}

type Card = Record<string, string>

function readCards(text: string): Card[] {
  const cards: Card[] = []
  for (const line of linesOf(text)) {
    const at = line.indexOf('=')
    const [key, value] = [line.slice(0, at), line.slice(at + 1)]
    const card = cards.at(-1)
    if (key === 'card') cards.push({ card: value })
    else if (card && (value !== '' || key === 'bridge' || key === 'members')) card[key] = value
  }
  return cards
}

/** Ethernet that leads out: cards of the machine, bonds, and cards whose other end is somebody else's. Not what guests and bridges make. */
const isNic = (card: Card) => card['type'] === '1' && card['bridge'] === undefined && (card['device'] !== undefined || card['mode'] !== undefined || card['linked'] !== undefined)
const words = (text: string | undefined) => (text ?? '').split(' ').filter((word) => word !== '')
const positive = (value: number | null) => (value !== null && value > 0 ? value : null)

/** `ip -o addr`: number, card, family, address with its prefix length. Addresses of one link only are left out. */
function readAddresses(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const line of linesOf(text)) {
    const [, name, family, address] = line.split(/\s+/)
    if (name === undefined || address === undefined || !(family === 'inet' || family === 'inet6') || /scope link/.test(line)) continue
    const card = name.replace(/@.*|:$/, '')
    found.set(card, [...found.get(card) ?? [], address])
  }
  return found
}

function readOs(text: string): Discovery['os'] {
  const values = new Map(linesOf(text).map((line) => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1).replace(/^["']|["']$/g, '')]))
  const name = values.get('PRETTY_NAME') ?? values.get('NAME')
  return name === undefined ? null : { name, version: values.get('VERSION_ID') ?? null }
}

function readCpu(processor: string, topology: string): Discovery['cpu'] {
  const values = new Map(linesOf(processor).map((line) => [line.split(':')[0]!.trim(), line.slice(line.indexOf(':') + 1).trim()]))
  const model = values.get('model name') ?? values.get('Model') ?? values.get('CPU implementer')
  const threads = linesOf(topology)
  if (model === undefined || threads.length === 0) return null
  return { model, flags: words(values.get('flags') ?? values.get('Features')).slice(0, most.flags), sockets: new Set(threads.map((line) => line.split(' ')[0])).size, cores: new Set(threads).size, threads: threads.length }
}

function readNuma(text: string): Discovery['numa'] {
  return text.split('\n').map((line) => line.split(' ')).filter((parts) => parts.length === 3 && /^\d+$/.test(parts[0]!) && /^\d+$/.test(parts[2]!))
    .map(([node, cpus, kibibytes]) => ({ node: Number(node), cpus: cpus!, memoryBytes: Number(kibibytes) * 1024 }))
}

/** File systems that hold data: those of a device, of the network, or of memory under /srv and /mnt; not the kernel's own. */
function readMounts(text: string): Discovery['mounts'] {
  const octal = (word: string) => word.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
  return linesOf(text).map((line) => line.split(' ')).filter(([source, path, type]) => source !== undefined && path !== undefined && type !== undefined && !/^(proc|sysfs|devpts|devtmpfs|cgroup2?|securityfs|debugfs|tracefs|mqueue|hugetlbfs|pstore|bpf|configfs|fusectl|autofs|binfmt_misc|rpc_pipefs|nsfs|efivarfs)$/.test(type))
    .slice(0, most.mounts).map(([source, path, type]) => ({ path: octal(path!), source: octal(source!), type: type! }))
}

/** Seconds, with nine digits behind the point where `date` knows them. */
function readClock(text: string): number | null {
  const found = /^(\d+)(?:\.(\d{1,9}))?/.exec(text.trim())
  return found ? Number(found[1]) * 1000 + Math.round(Number(`0.${found[2] ?? '5'}`) * 1000) : null
}
