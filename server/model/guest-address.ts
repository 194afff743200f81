import { contains, formatIp, parseCidr, parseIp } from './address.ts'

const worthless = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::/127', 'fe80::/10', 'ff00::/8'].map((cidr) => parseCidr(cidr))

/**
 * An address as a guest tells it, in its shortest form; undefined for what is none, and for what says nothing about where
 * the guest can be reached: loopback, those of the link alone, multicast.
 */
export function readGuestAddress(text: string): string | undefined {
  const ip = parseIp(text.length > 64 ? '' : text)
  return ip && !worthless.some((cidr) => contains(cidr, ip)) ? formatIp(ip) : undefined
}

/** A MAC in lower case; undefined for what is none. */
export function readGuestMac(text: string): string | undefined {
  const mac = text.toLowerCase()
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) ? mac : undefined
}

/** More of one interface, or of one guest, are not kept: a guest may claim any number. */
export const mostGuestAddresses = { ofInterface: 16, ofGuest: 64 } as const

/** What is kept of what a guest claims: what can be read, each once, and not more than the most. */
export function guestAddresses<Source extends string>(told: Iterable<{ mac: string; ip: string; source: Source }>): { mac: string; ip: string; source: Source }[] {
  const kept = new Map<string, { mac: string; ip: string; source: Source }>()
  const ofInterface = new Map<string, number>()
  for (const { mac: macText, ip: ipText, source } of told) {
    const [mac, ip] = [readGuestMac(macText), readGuestAddress(ipText)]
    if (mac === undefined || ip === undefined || kept.has(`${source} ${mac} ${ip}`)) continue
    const count = ofInterface.get(`${source} ${mac}`) ?? 0
    if (count >= mostGuestAddresses.ofInterface || kept.size >= mostGuestAddresses.ofGuest) continue
    ofInterface.set(`${source} ${mac}`, count + 1)
    kept.set(`${source} ${mac} ${ip}`, { mac, ip, source })
  }
  return [...kept.values()]
}
