import { jsonYaml } from './json-yaml.ts'

export interface SeedInterface {
  /** What the guest calls it. It stays when others come and go, so that a guest's own settings stay right. */
  name: string
  /** As on the virtual card; the guest finds its interface by it. */
  mac: string
  /** With their prefix length, both families: `10.1.0.5/24`, `fd00::5/64`. None: the interface is named and left down. */
  addresses: string[]
  /** At most one of each family: where the guest sends what is not its neighbour's. */
  gateways: string[]
  nameservers: string[]
  searchDomains: string[]
}

/**
 * cloud-init's network configuration, version 2. An address
 * is static, so router advertisements are not heard and no link-local address is made: both would let a neighbour on the
 * wire give the guest a route.
 */
export function networkConfig(interfaces: readonly SeedInterface[]): string {
  const ethernets = Object.fromEntries(interfaces.map((card) => [card.name, {
    match: { macaddress: card.mac.toLowerCase() },
    'set-name': card.name,
    dhcp4: false,
    dhcp6: false,
    'accept-ra': false,
    'link-local': [],
    addresses: card.addresses,
    ...gatewaysOf(card),
    nameservers: { addresses: card.nameservers, search: card.searchDomains },
  }]))
  return `${jsonYaml({ version: 2, ethernets })}\n`
}

/**
 * Written so that every cloud-init understands it: 22.4 (Debian 12) refuses the route to `default` and renders `::/0` as
 * `::/64` for networkd and ifupdown, whereas `gateway6` has always worked.
 */
function gatewaysOf({ gateways }: SeedInterface): { routes: { to: string; via: string }[]; gateway6: string | undefined } {
  return { routes: gateways.filter((via) => !via.includes(':')).map((via) => ({ to: '0.0.0.0/0', via })), gateway6: gateways.find((via) => via.includes(':')) }
}
