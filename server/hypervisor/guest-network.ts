/** An address that a guest was seen to have. Whoever is root in the guest decides what it says: nothing may rely on it. */
export interface SeenGuestAddress {
  /** In lower case. */
  mac: string
  /** One address in its shortest form, without the prefix length. */
  ip: string
  /** `agent`: the guest says so itself. `lease`: libvirt's own DHCP gave it. `arp`: the host has spoken with it. */
  source: 'agent' | 'lease' | 'arp'
}

export interface SeenGuest {
  /** Whether the agent answered: what it does not tell then, the guest has not. The other sources forget. */
  agentAnswered: boolean
  /** Bounded in number, each once for each source; those of loopback and of the link alone are left out. */
  addresses: SeenGuestAddress[]
}

export interface AgentEvent { domainUuid: string; connected: boolean }

/** What a host knows of its guests' addresses. */
export interface GuestNetworkDriver {
  /** Of a VM that runs. Errors as HypervisorDriver; WRONG_STATE when it does not run. */
  seeGuest(domainUuid: string): Promise<SeenGuest>
  /**
   * Tells when a guest's agent comes and goes. It is silent after the connection was lost: who also watches the host registers
   * anew after each `reset`. The function returned ends it.
   */
  watchAgents(listener: (event: AgentEvent) => void): Promise<() => Promise<void>>
}
