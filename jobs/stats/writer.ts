import type { Db, Em } from '../../server/db/orm.ts'
import { writeFileSystems } from '../../server/db/queries/host-file-systems.ts'
import { notePlaces, vmsOfDomains, writeSamples } from '../../server/db/queries/stats-write.ts'
import type { HostSample } from '../../server/db/queries/stats-write.ts'
import type { WatchLog } from '../watch/log.ts'
import type { Grip } from '../watch/observe.ts'
import type { Rates } from './rates.ts'

interface WriterOptions {
  db: Db
  workerId: string
  log: WatchLog
  /** Between two statements. */
  everyMs: number
  onWrite?: ((hosts: number, ms: number) => void) | undefined
}

interface Waiting { grip: Grip; rates: Rates }

/** Where a VM was sampled is written down this often. */
const placeMs = 3_600_000
/** File systems are written this often: they fill slowly. */
const fileSystemsMs = 60_000
/** Hosts in one statement. */
const most = 250
/** Whether a domain is a VM of its host is asked again after so long: of one that was, for it may have moved; of one that was not, for it may have come. */
const askAgainMs = { ours: 600_000, stranger: 60_000 }

const keyOf = (hostId: string, domainUuid: string) => `${hostId} ${domainUuid}`

/** Writes samples, those of many hosts in one statement. What cannot be written is lost: the next interval tells the next. */
export class SampleWriter {
  readonly #options: WriterOptions
  readonly #waiting: Waiting[] = []
  /** By host and domain: a host's word counts for its own VMs alone. */
  readonly #seen = new Map<string, { vmId: string | null; untilMs: number }>()
  /** When a VM's place was written down last, by VM and host. */
  readonly #places = new Map<string, number>()
  /** When the file systems of a host were written last. */
  readonly #fileSystems = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> | undefined

  constructor(options: WriterOptions) {
    this.#options = options
    this.#timer = setInterval(() => { void this.#flush() }, options.everyMs)
  }

  add(grip: Grip, rates: Rates): void {
    this.#waiting.push({ grip, rates })
    // With a database that is away for long the oldest go.
    if (this.#waiting.length > 4_000) this.#waiting.splice(0, 1_000)
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
    await this.#flush()
  }

  #flush(): Promise<void> {
    return this.#writing ??= this.#writeAll()
      .catch((error: unknown) => { this.#options.log.warn({ err: error }, 'samples could not be written') })
      .finally(() => { this.#writing = undefined })
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const begunMs = performance.now()
      const part = this.#waiting.splice(0, most)
      const em = this.#options.db.em.fork()
      await this.#learn(em, part)
      const samples = part.map(({ grip, rates }) => this.#sampleOf(grip, rates))
      const written = await writeSamples(em, this.#options.workerId, samples)
      await this.#notePlaces(em, samples.filter(({ hostId }) => written.has(hostId)))
      await this.#noteFileSystems(em, part.filter(({ grip }) => written.has(grip.hostId)))
      this.#options.onWrite?.(written.size, performance.now() - begunMs)
    }
  }

  /** Which VMs the domains are that were not seen before on their host, or not lately. */
  async #learn(em: Em, part: readonly Waiting[]): Promise<void> {
    const nowMs = performance.now()
    for (const [key, { untilMs }] of this.#seen) if (untilMs < nowMs) this.#seen.delete(key)
    const unknown = new Map(part.flatMap(({ grip: { hostId }, rates }) => rates.vms.map(({ domainUuid }) => [keyOf(hostId, domainUuid), { hostId, domainUuid }] as const)).filter(([key]) => !this.#seen.has(key)))
    if (unknown.size === 0) return
    const found = await vmsOfDomains(em, [...unknown.values()])
    for (const [n, key] of [...unknown.keys()].entries()) {
      const vmId = found[n] ?? null
      this.#seen.set(key, { vmId, untilMs: nowMs + (vmId === null ? askAgainMs.stranger : askAgainMs.ours) })
    }
  }

  #sampleOf({ hostId, epoch }: Grip, { seconds, values, vms }: Rates): HostSample {
    return { hostId, epoch, seconds, values, vms: vms.flatMap((vm) => { const vmId = this.#seen.get(keyOf(hostId, vm.domainUuid))?.vmId; return vmId == null ? [] : [{ vmId, seconds, values: vm.values }] }) }
  }

  async #noteFileSystems(em: Em, part: readonly Waiting[]): Promise<void> {
    const nowMs = performance.now()
    const isDue = (hostId: string) => (this.#fileSystems.get(hostId) ?? -Infinity) < nowMs - fileSystemsMs
    // Of a host that waits twice the newer.
    const due = new Map(part.flatMap(({ grip: { hostId }, rates: { fileSystems } }) => (fileSystems && isDue(hostId) ? [[hostId, fileSystems] as const] : [])))
    await writeFileSystems(em, due)
    for (const hostId of due.keys()) this.#fileSystems.set(hostId, nowMs)
  }

  async #notePlaces(em: Em, samples: readonly HostSample[]): Promise<void> {
    const nowMs = performance.now()
    const due = samples.flatMap(({ hostId, vms }) => vms.map(({ vmId }) => ({ vmId, hostId, key: `${vmId} ${hostId}` }))).filter(({ key }) => (this.#places.get(key) ?? -Infinity) < nowMs - placeMs)
    if (due.length === 0) return
    await notePlaces(em, due.map(({ vmId }) => vmId), due.map(({ hostId }) => hostId))
    // Forgotten all at once now and then: of VMs that are gone too.
    if (this.#places.size > 100_000) this.#places.clear()
    for (const { key } of due) this.#places.set(key, nowMs)
  }
}
