import { KloudakError } from '../../model/errors.ts'
import type { CallControl, VmSpec } from '../driver.ts'
import type { Arrival, Departure, MigrationAbility } from '../migration.ts'
import type { SimulatedHost, SimulatedVm } from './host.ts'
import { isActive } from './host.ts'
import type { Request } from './line.ts'
import { lineTo } from './line.ts'

/** What goes by letter and by memory. */
interface Traveller { spec: VmSpec; resumes: 'running' | 'paused'; disconnected: string[]; passwords: [string, string][]; boots: number }

const nothing = new Uint8Array()
const lookMs = 5
let lastPlace = 0

/** The same steps as on a real host, each one request; a connection that goes takes back what is half done. */
export function migrationOf(host: SimulatedHost, request: Request, control: CallControl): MigrationAbility {
  // No cancel may cut an end short: its outcome would be unknown.
  const sure = lineTo(host, { beforeCall: () => { control.beforeCall() }, timeoutMs: control.timeoutMs })
  const need = (domainUuid: string): SimulatedVm => {
    const vm = host.vms.get(domainUuid)
    if (!vm) throw new KloudakError('NOT_FOUND', `There is no VM ${domainUuid} on ${host.name}.`)
    return vm
  }

  return {
    migrationStanding: (domainUuid) => request('migrationStanding', () => {
      const vm = host.vms.get(domainUuid)
      return !vm ? 'absent' : !isActive(vm) ? 'stopped' : vm.migration?.standing ?? 'here'
    }),

    departVm: (domainUuid, { ports }) => request('beginMigration', () => {
      const vm = need(domainUuid)
      if (!isActive(vm)) throw new KloudakError('WRONG_STATE', `The VM is ${vm.power}.`)
      if (vm.migration || vm.flattening.size > 0) throw new KloudakError('UNAVAILABLE', `${host.name} is busy with another operation on the same VM.`)
      const resumes = vm.power === 'paused' ? 'paused' : 'running'
      vm.migration = { standing: 'leaving', resumes }
      const interfaces = vm.spec.interfaces.map((card) => ({ ...card, ...ports.find(({ portId }) => portId === card.portId) }))
      const traveller: Traveller = { spec: { ...vm.spec, interfaces }, resumes, disconnected: [...vm.disconnected], passwords: [...vm.passwords], boots: vm.boots }
      return departure(host, { request, sure }, control, vm, JSON.stringify(traveller))
    }),

    receiveVm: ({ description }) => request('prepareMigration', () => arrival(host, sure, JSON.parse(description) as Traveller)),

    hasWayTo: (address) => request('hasWayTo', () => !host.unreached.has(address)),

    migrationProgress: (domainUuid) => request('migrationProgress', () => {
      const vm = host.vms.get(domainUuid)
      return vm?.migration?.standing === 'leaving' ? { sentBytes: vm.spec.memoryBytes / 2, totalBytes: vm.spec.memoryBytes } : undefined
    }),

    migrationNumbers: (domainUuid) => request('migrationNumbers', () => host.vms.get(domainUuid)?.numbers),

    cancelMigration: (domainUuid) => request('cancelMigration', () => {
      const vm = host.vms.get(domainUuid)
      if (vm?.migration?.standing === 'leaving') vm.migration = undefined
    }),

    allowDowntime: (domainUuid) => request('allowDowntime', () => { need(domainUuid) }),

    missingForMachine: ({ domainType, cpuModel }) => request('missingForMachine', () => {
      const facts = host.facts()
      return (facts.domainType === 'kvm' || domainType === 'qemu') && facts.cpuModel === cpuModel ? undefined : `${host.name} cannot give a guest the processor ${cpuModel}.`
    }),
  }
}

function departure(host: SimulatedHost, { request, sure }: { request: Request; sure: Request }, control: CallControl, vm: SimulatedVm, description: string): Departure {
  const { domainUuid, memoryBytes } = vm.spec
  const began = performance.now()
  return {
    letter: { domainUuid, description, cookie: nothing },

    async send({ uri }) {
      await request('performMigration', () => { if (vm.migration?.standing !== 'leaving') throw stopped() })
      // On its way for as long as the host was told; stopped by a cancel, or by who has lost the right to go on.
      for (const end = performance.now() + (host.options.migrationMs ?? 0); performance.now() < end;) {
        await new Promise((resolve) => { setTimeout(resolve, lookMs) })
        control.beforeCall()
        if (control.signal?.aborted) { vm.migration = undefined; throw new KloudakError('CANCELLED', 'The migration was stopped.') }
        if (vm.migration?.standing !== 'leaving') throw stopped()
        if (!host.storage.arrivals.has(uri)) { vm.migration = undefined; throw new KloudakError('INTERNAL', `${host.name} could not do it.`, { cause: new Error('the stream broke') }) }
      }
      return request('sendMemory', () => {
        const take = host.storage.arrivals.get(uri)
        const { migration } = vm
        if (migration?.standing !== 'leaving') throw stopped()
        if (!take) { vm.migration = undefined; throw new KloudakError('INTERNAL', `${host.name} could not do it.`, { cause: new Error(`nobody listens at ${uri}`) }) }
        // The guest may have been suspended meanwhile.
        const resumes = vm.power === 'paused' ? 'paused' : 'running'
        vm.power = 'paused'
        vm.migration = { standing: 'between', resumes }
        host.letGoOfDisks(vm)
        take(JSON.stringify({ resumes, passwords: [...vm.passwords], durationMs: Math.round(performance.now() - began), bytes: memoryBytes }))
        return nothing
      })
    },

    confirm: (_cookie, arrived) => sure('confirmMigration', () => {
      const { migration } = vm
      if (arrived) return host.halt(vm, 'stopped', 'migrated')
      vm.migration = undefined
      if (migration?.standing !== 'between') return
      host.takeDisks(vm)
      vm.power = migration.resumes
    }),

    async close() { if (vm.migration?.standing === 'leaving') vm.migration = undefined },
  }
}

function arrival(host: SimulatedHost, sure: Request, { spec, resumes, disconnected, passwords, boots }: Traveller): Arrival {
  const known = host.vms.get(spec.domainUuid)
  if (known && isActive(known)) throw new KloudakError('CONFLICT', `Something else has that name on ${host.name}.`)
  if (host.usedMemoryBytes() + spec.memoryBytes > host.facts().memoryBytes) throw new KloudakError('NO_CAPACITY', `${host.name} has not enough free memory.`)
  const vm: SimulatedVm = {
    spec, power: 'paused', startedPaused: false, boots, flattening: new Map(), cards: new Map(), disconnected: new Set(disconnected), passwords: new Map(passwords),
    guestShutDown: false, ending: undefined, migration: { standing: 'arriving', resumes }, serial: undefined, screens: new Set(),
  }
  host.vms.set(spec.domainUuid, vm)
  for (const port of spec.interfaces) {
    vm.cards.set(port.mac, { port, isConnected: !vm.disconnected.has(port.mac) })
    host.options.plugs?.plug({ ...port, domainUuid: spec.domainUuid })
  }
  const uri = `simulated://${host.name}/${++lastPlace}`
  let isOver = false
  const gone = Promise.withResolvers<undefined>()
  host.storage.arrivals.set(uri, (memory) => {
    const { resumes: as, passwords: set, ...numbers } = JSON.parse(memory) as { resumes: 'running' | 'paused'; passwords: [string, string][]; durationMs: number; bytes: number }
    vm.migration = { standing: 'arriving', resumes: as }
    vm.passwords = new Map(set)
    vm.numbers = { downtimeMs: 1, ...numbers }
  })
  const stopHearing = host.listen(({ kind }) => { if (kind === 'lost') abandon() })
  const over = () => { isOver = true; host.storage.arrivals.delete(uri); stopHearing(); gone.resolve(undefined) }
  const abandon = () => {
    if (isOver) return
    over()
    if (host.vms.get(spec.domainUuid) !== vm) return
    for (const { port } of vm.cards.values()) host.options.plugs?.unplug(port.portId)
    if (known) host.vms.set(spec.domainUuid, known); else host.vms.delete(spec.domainUuid)
  }
  return {
    uri,
    cookie: nothing,
    gone: gone.promise,
    finish: (_cookie, arrived) => sure('finishMigration', () => {
      if (!arrived) { abandon(); return nothing }
      if (isOver || !vm.numbers) { abandon(); throw new KloudakError('INTERNAL', `${host.name} could not do it.`, { cause: new Error('the memory did not come') }) }
      host.takeDisks(vm)
      over()
      vm.power = vm.migration!.resumes
      vm.migration = undefined
      host.emit({ kind: 'power', domainUuid: spec.domainUuid, power: vm.power, reason: 'migrated' })
      return nothing
    }),
    async close() { abandon() },
  }
}

function stopped(): KloudakError {
  return new KloudakError('UNAVAILABLE', 'The migration was stopped on its host.')
}
