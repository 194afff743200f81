import { maySee, notFound, requireActor, requireSuperuser } from '../auth/authorize.ts'
import { fileSystemsOfHosts } from '../db/queries/host-file-systems.ts'
import { databaseNow, hostPoints, newestOfHosts, newestOfVms, poolPoints, vmPoints } from '../db/queries/stats-read.ts'
import { inventoryByIds } from '../db/queries/inventory.ts'
import { KloudakError } from '../model/errors.ts'
import type { FileSystem } from '../model/host-figures.ts'
import { defaultStatsSettings, freshForMs, hostMetrics, mostPoints, poolMetrics, resolutionFor, seriesOf, stepOf, vmMetrics } from '../model/stats.ts'
import type { HostMetric, Point, PoolMetric, Resolution, Series, Span, StatsSettings, VmMetric } from '../model/stats.ts'
import { isOperator } from './reader.ts'
import type { Reader } from './reader.ts'
import { findVms } from './vm-read.ts'

/** Who reads, of a Kloudak that samples like this; as is usual, when not told. */
export type StatsReader = Reader & { statsSettings?: StatsSettings | undefined }

/** What is left out: the last hour, and the resolution that fits. */
export interface StatsWish { from?: Date | null | undefined; to?: Date | null | undefined; resolution?: Resolution | null | undefined }

const hourMs = 3_600_000

/** @throws KloudakError INVALID_INPUT for a span that ends before it begins, or has too many points at the resolution */
async function settle({ em, statsSettings: settings = defaultStatsSettings }: StatsReader, wish: StatsWish): Promise<Span & { resolution: Resolution }> {
  const now = await databaseNow(em)
  const to = wish.to ?? now
  const from = wish.from ?? new Date(to.getTime() - hourMs)
  if (from >= to) throw new KloudakError('INVALID_INPUT', 'The span ends before it begins.', { field: 'from', remedy: 'Give a `from` before `to`.' })
  const resolution = wish.resolution ?? resolutionFor({ from, to }, now, settings)
  const points = Math.ceil((to.getTime() - from.getTime()) / stepOf(resolution, settings.everyMs))
  if (points > mostPoints) throw new KloudakError('INVALID_INPUT', `This would be ${points} points; at most ${mostPoints} are told at once.`, { field: 'resolution', remedy: 'Ask for a coarser resolution or a shorter span, or leave the resolution out.' })
  return { from, to, resolution }
}

/** FORBIDDEN for all but superusers, NOT_FOUND when there is no such host; INVALID_INPUT as above. */
export async function findHostStats(reader: StatsReader, hostId: string, wish: StatsWish): Promise<Series<HostMetric>> {
  await requireHost(reader, hostId)
  const { resolution, ...span } = await settle(reader, wish)
  return seriesOf(resolution, await hostPoints(reader.em, hostId, resolution, span), hostMetrics)
}

export async function requireHost({ actor, em }: Reader, hostId: string): Promise<void> {
  requireSuperuser(actor)
  if ((await inventoryByIds(em, 'all', 'host', [hostId])).length === 0) throw notFound('host', 'hostId')
}

/** NOT_FOUND for a VM that the reader does not see; INVALID_INPUT as above. */
export async function findVmStats(reader: StatsReader, vmId: string, wish: StatsWish): Promise<Series<VmMetric>> {
  await requireVm(reader, vmId)
  const { resolution, ...span } = await settle(reader, wish)
  return seriesOf(resolution, await vmPoints(reader.em, vmId, resolution, span), vmMetrics)
}

/** The workspace of a VM that the reader sees. */
export async function requireVm(reader: Reader, vmId: string): Promise<string> {
  requireActor(reader.actor)
  const [vm] = await findVms(reader, [vmId])
  if (!vm || !maySee(reader.actor, vm.workspace)) throw notFound('VM', 'vmId')
  return vm.workspace
}

/** As findHostStats. Of pools there are minutes, and no samples. */
export async function findPoolStats(reader: StatsReader, poolId: string, wish: StatsWish): Promise<Series<PoolMetric>> {
  requireSuperuser(reader.actor)
  if ((await inventoryByIds(reader.em, 'all', 'pool', [poolId])).length === 0) throw notFound('pool', 'poolId')
  const settled = await settle(reader, wish)
  const resolution = settled.resolution === 'raw' ? 'minute' : settled.resolution
  return seriesOf(resolution, await poolPoints(reader.em, poolId, resolution, settled), poolMetrics)
}

/** The newest samples of hosts, for superusers alone; those that are too old to be of now are left out. */
export async function findHostUsage({ actor, em, statsSettings = defaultStatsSettings }: StatsReader, hostIds: readonly string[]): Promise<Map<string, Point<HostMetric>>> {
  return isOperator(actor) ? newestOfHosts(em, hostIds, freshForMs(statsSettings)) : new Map()
}

/** The file systems of hosts as they told them last, for superusers alone; of those that have told none for minutes there is nothing. */
export async function findHostFileSystems({ actor, em }: Reader, hostIds: readonly string[]): Promise<Map<string, FileSystem[]>> {
  return isOperator(actor) ? fileSystemsOfHosts(em, hostIds) : new Map()
}

/** The newest samples of VMs, which the reader is known to see. */
export const findVmUsage = ({ em, statsSettings = defaultStatsSettings }: StatsReader, vmIds: readonly string[]): Promise<Map<string, Point<VmMetric>>> => newestOfVms(em, vmIds, freshForMs(statsSettings))
