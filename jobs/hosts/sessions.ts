import { setTimeout as delay } from 'node:timers/promises'
import { Host } from '../../server/db/entities/infrastructure.ts'
import type { HostKind } from '../../server/db/entities/infrastructure.ts'
import type { Db } from '../../server/db/orm.ts'
import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { CallControl, HypervisorDriver } from '../../server/hypervisor/driver.ts'
import type { MachineDriver } from '../../server/machine/driver.ts'
import { openSimulatedMachine } from '../../server/machine/simulated/machine.ts'
import { HostAway, KloudakError, NotYet } from '../../server/model/errors.ts'
import { TenantWords } from '../../server/model/tenant-words.ts'
import { plainError } from '../../server/model/host-error.ts'
import { checkOwnership } from '../review/look.ts'
import type { HostAddress, HostLink, LinkTo } from './link.ts'
import type { MachineOf } from './machine.ts'
import { SimulatedWorld } from './simulated.ts'

export interface HostSessionsOptions {
  db: Db
  /** How hosts of each kind are reached; simulated ones are always known. */
  links?: Partial<Record<Exclude<HostKind, 'simulated'>, LinkTo>>
  /** The ways to their shells, for enrolment and preparation. */
  machines?: Partial<Record<Exclude<HostKind, 'simulated'>, MachineOf>>
  /** For hosts of kind `simulated`. */
  world?: SimulatedWorld
  /** Told when letting go of a host failed: nothing can be done about it, but a person may want to know. */
  onTrouble?: (error: unknown) => void
}

interface Kept {
  key: string
  link: HostLink
  /** Why the host, looked at over this link, is not these books' own; undefined inside when it is. */
  quarrel?: Promise<string | undefined>
}

const checkMs = 10_000
/** No VM has this UUID: asking for it costs a host next to nothing. */
const nobody = '00000000-0000-0000-0000-000000000000'
const review = (name: string) => new NotYet(`This waits for an operator's review of host ${name}.`, {
  remedy: 'An operator looks at the differences of the host and reviews it; then this goes on.',
  tenant: TenantWords.fixed('This waits for an operator\'s review of a host.', 'This goes on by itself after that.'),
})

/**
 * The ways to all hosts that this process has to do with, one for each host, shared by sagas, watch and consoles. A
 * host whose row says another address or key is linked anew.
 */
export class HostSessions {
  readonly world: SimulatedWorld
  readonly #db: Db
  readonly #linkTo: Partial<Record<HostKind, LinkTo>>
  readonly #machineOf: Partial<Record<HostKind, MachineOf>>
  readonly #kept = new Map<string, Kept>()
  readonly #onTrouble: (error: unknown) => void
  #closed = false

  constructor({ db, links = {}, machines = {}, world = new SimulatedWorld(), onTrouble = () => {} }: HostSessionsOptions) {
    this.#db = db
    this.world = world
    this.#onTrouble = onTrouble
    this.#linkTo = { ...links, simulated: (host) => world.linkTo(host) }
    this.#machineOf = { ...machines, simulated: (host) => openSimulatedMachine(world.place(host).machine) }
  }

  /**
   * The host's VMs and storage under this control. @throws KloudakError NOT_FOUND, UNAVAILABLE when the row lacks what is
   * needed, NotYet while the host waits for an operator's review, HostAway while it is down
   */
  async hypervisor(hostId: string, control: CallControl): Promise<HypervisorDriver> {
    return (await this.#thawed(hostId)).hypervisor.bind(control)
  }

  /** The host's networks under this control. Errors as hypervisor. */
  async fabric(hostId: string, control: CallControl): Promise<FabricDriver> {
    return (await this.#thawed(hostId)).fabric.bind(control)
  }

  /** Both, frozen or not: for the review alone. Errors as hypervisor, without NotYet. */
  async underReview(hostId: string, control: CallControl): Promise<{ hypervisor: HypervisorDriver; fabric: FabricDriver }> {
    const link = await this.link(hostId)
    return { hypervisor: link.hypervisor.bind(control), fabric: link.fabric.bind(control) }
  }

  /** The host's own shell, frozen or not; each use of it connects anew. Errors as hypervisor, without NotYet. */
  async machine(hostId: string, control: CallControl): Promise<MachineDriver> {
    const host = await this.#read(hostId)
    const machine = this.#machineOf[host.kind]?.(host)
    if (!machine) throw new KloudakError('UNAVAILABLE', `Hosts of kind ${host.kind} cannot be reached.`)
    return machine.bind(control)
  }

  /** The way to a host, frozen or not: for those who only look. Errors as hypervisor, without NotYet. */
  async link(hostId: string): Promise<HostLink> {
    return (await this.standing(hostId)).link
  }

  /** The same, and in a word what else the host's row says that who watches it has to act on. */
  async standing(hostId: string): Promise<{ link: HostLink; standing: string }> {
    const { state, frozenReason, ...address } = await this.#read(hostId)
    return { link: this.#keep(address).link, standing: JSON.stringify([state, frozenReason]) }
  }

  /**
   * The one door to a host's changes (decision 10): it stays shut while the host is frozen, and opens over a new link only
   * once the host is known to be these books' own. One that is being enrolled is looked at by its enrolment.
   */
  async #thawed(hostId: string): Promise<HostLink> {
    const { frozenReason, state, ...address } = await this.#read(hostId)
    if (frozenReason !== null) throw review(address.name)
    if (state === 'down' || state === 'fenced') throw new HostAway(address.name)
    const kept = this.#keep(address)
    if (state === 'enrolling') return kept.link
    const check = kept.quarrel ??= checkOwnership(this.#db.em.fork(), hostId, kept.link.hypervisor.bind({ beforeCall: () => {}, timeoutMs: checkMs }), { lenient: true })
    const quarrel = await check.catch((error: unknown) => { delete kept.quarrel; throw error })
    if (quarrel === undefined) return kept.link
    delete kept.quarrel
    await this.#db.em.fork().execute('update host set frozen_reason = ?, frozen_at = now() where id = ? and frozen_at is null', [quarrel, hostId])
    throw review(address.name)
  }

  /** Whether the host answers over connections that are made for this question alone, frozen or not. */
  async answers(hostId: string, timeoutMs: number): Promise<boolean> {
    const address = await this.#read(hostId)
    const link = this.#linkTo[address.kind]?.(address)
    if (!link) return false
    const asked = link.hypervisor.bind({ beforeCall: () => {}, timeoutMs }).findVm(nobody).then(() => true, () => false)
    const answered = await Promise.race([asked, delay(timeoutMs, false, { ref: false })])
    link.close().catch(this.#onTrouble)
    return answered
  }

  #keep(address: HostAddress): Kept {
    const { id: hostId } = address
    if (this.#closed) throw plainError('UNAVAILABLE', 'This worker is stopping.', { retryAfterMs: 1_000 })
    const key = keyOf(address)
    const known = this.#kept.get(hostId)
    if (known?.key === key) return known
    if (known) this.#letGo(hostId, known)
    const link = this.#linkTo[address.kind]?.(address)
    if (!link) throw new KloudakError('UNAVAILABLE', `Hosts of kind ${address.kind} cannot be reached.`)
    const kept: Kept = { key, link }
    this.#kept.set(hostId, kept)
    return kept
  }

  /** How many ways to hosts are kept. */
  get size(): number { return this.#kept.size }

  /** Drops the connections to a host: a takeover reads it back over new ones (decision 7). */
  drop(hostId: string): void {
    const known = this.#kept.get(hostId)
    if (known) this.#letGo(hostId, known)
  }

  async close(): Promise<void> {
    this.#closed = true
    const links = [...this.#kept.values()]
    this.#kept.clear()
    await Promise.all(links.map(({ link }) => link.close()))
  }

  #letGo(hostId: string, { link }: Kept): void {
    this.#kept.delete(hostId)
    link.close().catch(this.#onTrouble)
  }

  async #read(hostId: string): Promise<HostAddress & { frozenReason: string | null; state: string }> {
    const row = await this.#db.em.fork().findOne(Host, { id: hostId }, { fields: ['id', 'area', 'name', 'kind', 'address', 'sshPort', 'sshUser', 'sshHostKey', 'sshKeySealed', 'state', 'frozenReason'], disableIdentityMap: true })
    if (!row || row.state === 'retired') throw new KloudakError('NOT_FOUND', 'There is no such host.')
    const { id, name, kind, address, sshPort, sshUser, sshHostKey, sshKeySealed, frozenReason } = row
    return { id, areaId: row.area, name, kind, address: address ?? null, sshPort: sshPort ?? null, sshUser: sshUser ?? null, sshHostKey: sshHostKey ?? null, sshKeySealed: sshKeySealed ?? null, frozenReason: frozenReason ?? null, state: row.state }
  }
}

/** Two rows with one key have the same way to the host. The sealed key stands for the private one: sealing anew is a change. */
function keyOf({ kind, address, sshPort, sshUser, sshHostKey, sshKeySealed }: HostAddress): string {
  return JSON.stringify([kind, address, sshPort, sshUser, sshHostKey, sshKeySealed && Buffer.from(sshKeySealed).toString('base64')])
}
