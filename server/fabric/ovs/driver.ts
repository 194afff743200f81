// The verbs of the fabric on Open vSwitch. Reads come from the copy that follows the database, after a round trip that
// makes it current; writes carry the assert on the lock.
import type { CallControl } from '../../model/call-control.ts'
import { KloudakError } from '../../model/errors.ts'
import { OvsdbNotOwnerError } from '../../wire/ovsdb/errors.ts'
import { mutate, select, update } from '../../wire/ovsdb/operation.ts'
import type { Operation } from '../../wire/ovsdb/operation.ts'
import type { FabricDriver, ObservedPort } from '../driver.ts'
import { trafficOf, uplinkQuestions } from './counters.ts'
import { fabricError } from './errors.ts'
import { figuresOf, figuresQuestion, figuresRequest } from './figures.ts'
import { fabricFacts, portRows } from './ports.ts'
import type { PortRow, Rows } from './ports.ts'
import type { OvsSwitch } from './switch.ts'
import { bridgeTable, openVswitchTable, portTable } from './tables.ts'

/** What is left of the time that the work may take on this host. */
interface Budget { leftMs: () => number }

export function bindDriver(host: OvsSwitch, control: CallControl): FabricDriver {
  const rows: Rows = (table) => host.session.rows(table)

  const request = async <T>(act: (budget: Budget) => Promise<T>): Promise<T> => {
    const endMs = performance.now() + control.timeoutMs
    try {
      if (control.signal?.aborted) throw cancelled(control)
      return await act({ leftMs: () => Math.max(0, endMs - performance.now()) })
    } catch (error) {
      throw fabricError(error)
    }
  }

  /** After this the rows hold all that was in the database when it was called. */
  const refresh = async ({ leftMs }: Budget): Promise<void> => {
    control.beforeCall()
    await host.session.sync(leftMs())
  }

  /** Waits until `look` finds something in the rows; undefined when time runs out first. */
  const watchFor = async <T>({ leftMs }: Budget, look: () => T | undefined): Promise<T | undefined> => {
    for (;;) {
      const found = host.session.isLive ? look() : undefined
      if (found !== undefined || leftMs() === 0) return found
      if (control.signal?.aborted) throw cancelled(control)
      const { changed, stop } = host.nextChange()
      const timer = setTimeout(stop, leftMs())
      control.signal?.addEventListener('abort', stop, { once: true })
      await changed
      clearTimeout(timer)
      control.signal?.removeEventListener('abort', stop)
    }
  }

  /** Makes the change and waits until the switch has taken it in, so that not only the database says so. */
  const write = async (operations: readonly Operation[], budget: Budget): Promise<void> => {
    const attempt = () => host.session.transact(
      [mutate(openVswitchTable, [], [['next_cfg', '+=', 1]]), select(openVswitchTable, []), ...operations],
      { timeoutMs: budget.leftMs(), beforeSend: () => { control.beforeCall() } },
    )
    const [, [system]] = await attempt().catch(async (error: unknown) => {
      if (!(error instanceof OvsdbNotOwnerError)) throw error
      // Someone else took the lock. Only a worker whose lease still holds may take it back.
      control.beforeCall()
      await host.session.takeLock()
      return attempt()
    })
    const wanted = system?.row.next_cfg ?? 0
    const reached = await watchFor(budget, () => (currentCfg(rows) >= wanted ? true : undefined))
    if (!reached) throw new KloudakError('OUTCOME_UNKNOWN', 'The change stands in the switch database, but the switch has not taken it in: ovs-vswitchd may not be running on the host.')
  }

  const portsOf = (portId: string) => portRows(rows).filter(({ observed }) => observed.portId === portId)

  const ensureVlan = async (wanted: { portId: string; bridge: string; vlan: number | undefined }, budget: Budget): Promise<ObservedPort> => {
    await refresh(budget)
    const found = await watchFor(budget, () => { const ports = portsOf(wanted.portId); return ports.some(({ isUp }) => isUp) ? ports : undefined })
    const port = found?.at(-1)
    if (!found || !port) throw new KloudakError('NOT_FOUND', absence(wanted.portId, host.session.isLive ? portsOf(wanted.portId) : []))
    if (port.observed.bridge !== wanted.bridge) throw new KloudakError('CONFLICT', `The port ${wanted.portId} stands on the bridge ${port.observed.bridge}, not on ${wanted.bridge}.`)
    const wrong = found.filter((each) => each.observed.vlan !== wanted.vlan || (wanted.vlan === undefined && !isPlain(rows, each)))
    if (wrong.length === 0) return port.observed
    await write(wrong.map(({ portUuid }) => update(portTable, [['_uuid', '==', portUuid]], { tag: wanted.vlan, trunks: [], vlan_mode: undefined })), budget)
    // A guest that stopped meanwhile took its port along: then this waits for it again.
    return ensureVlan(wanted, budget)
  }

  return {
    facts: () => request(async (budget) => { await refresh(budget); return fabricFacts(rows) }),
    listPorts: () => request(async (budget) => { await refresh(budget); return [...host.ports.values()] }),
    findPort: (portId) => request(async (budget) => { await refresh(budget); return host.ports.get(portId) }),
    ensureVlan: (wanted) => request((budget) => ensureVlan(wanted, budget)),
    removePort: (portId) => request(async (budget) => {
      await refresh(budget)
      const ports = portsOf(portId)
      if (ports.length > 0) await write(ports.map(removal), budget)
    }),
    counters: () => request(async (budget) => {
      await refresh(budget)
      const [system, ...uplinks] = await host.session.transact([figuresQuestion, ...uplinkQuestions(rows)], { timeoutMs: budget.leftMs(), beforeSend: () => { control.beforeCall() } })
      return { uplinks: trafficOf(uplinks), figures: figuresOf(system) }
    }),
    askForFigures: () => request(async (budget) => {
      await refresh(budget)
      await write([figuresRequest], budget)
    }),
    watch: (listener) => request(async (budget) => {
      await refresh(budget)
      const stop = host.listen(listener)
      return async () => { stop() }
    }),
  }
}

/** A row that nothing refers to is removed by the database: the port with its interfaces, or one interface of a bond. */
function removal({ bridgeUuid, portUuid, interfaceUuid, interfaceCount }: PortRow): Operation {
  return interfaceCount > 1
    ? mutate(portTable, [['_uuid', '==', portUuid]], [['interfaces', 'delete', [interfaceUuid]]])
    : mutate(bridgeTable, [['_uuid', '==', bridgeUuid]], [['ports', 'delete', [portUuid]]])
}

/** A port without any VLAN setting, as opposed to a trunk, which has no access VLAN either. */
function isPlain(rows: Rows, { portUuid }: PortRow): boolean {
  const port = rows(portTable).get(portUuid)
  return port?.tag === undefined && port?.trunks.length === 0 && port.vlan_mode === undefined
}

function currentCfg(rows: Rows): number {
  const [system] = rows(openVswitchTable).values()
  return system?.cur_cfg ?? 0
}

function absence(portId: string, ports: readonly PortRow[]): string {
  const error = ports.at(-1)?.error
  if (ports.length === 0) return `The port ${portId} did not appear on the host in time.`
  return `The port ${portId} is in the switch database but the switch does not have it${error ? `: ${error}` : ''}.`
}

const cancelled = ({ signal }: CallControl) => new KloudakError('CANCELLED', 'The work was cancelled.', { cause: signal?.reason })
