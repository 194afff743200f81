import type { AgentEvent, SeenGuestAddress } from '../guest-network.ts'

/** What the guests of a simulated host say of themselves: tests decide. A guest of which nothing was said has no address. */
export class SimulatedGuests {
  readonly #addresses = new Map<string, SeenGuestAddress[]>()
  readonly #listeners = new Set<(event: AgentEvent) => void>()

  /** From now on the guest has these, as its agent, or the host, tells. */
  claim(domainUuid: string, addresses: SeenGuestAddress[]): void { this.#addresses.set(domainUuid, addresses) }

  addressesOf(domainUuid: string): SeenGuestAddress[] { return this.#addresses.get(domainUuid) ?? [] }

  /** The agent in the guest starts, or ends. */
  agent(domainUuid: string, connected: boolean): void { for (const listener of this.#listeners) listener({ domainUuid, connected }) }

  listen(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }
}
