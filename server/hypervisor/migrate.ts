import { KloudakError } from '../model/errors.ts'
import type { Arrival, Departure, DepartureOptions, MigrationAbility, MigrationProgress } from './migration.ts'

export interface MigrateOptions extends DepartureOptions {
  domainUuid: string
  /** Where the destination takes memory: a name or an address of it that the source reaches. */
  address: string
  /** The machine waits at the destination, its ports plugged, and no memory has been sent: throws when it must not come. */
  beforeSend: () => Promise<void>
  onProgress: (progress: MigrationProgress) => void
}

const lookMs = 250
/** A guest that writes faster than its memory can be sent is stood still for longer in the end, step by step. */
const patienceMs = 30_000
const downtimesMs = [600, 1_200, 2_400] as const

/**
 * Moves a running or suspended guest, led from here over both hosts' connections. When it returns, the guest is the
 * destination's. When it throws, the guest is the source's; only OUTCOME_UNKNOWN leaves that open, and then both hosts must
 * be asked (`migrationStanding`) before anything else is done.
 */
export async function migrateLive(source: MigrationAbility, destination: MigrationAbility, options: MigrateOptions): Promise<void> {
  const departure = await source.departVm(options.domainUuid, options)
  try {
    const arrival = await receive(departure, destination, options)
    try { await carry(source, destination, departure, arrival, options) } finally { await arrival.close() }
  } finally {
    // What has not been confirmed by now, the source's host settles by itself when it misses us.
    await departure.close()
  }
}

async function receive(departure: Departure, destination: MigrationAbility, { address }: MigrateOptions): Promise<Arrival> {
  try { return await destination.receiveVm(departure.letter, { address }) } catch (error) {
    await stayQuietly(departure, new Uint8Array())
    throw error
  }
}

async function carry(source: MigrationAbility, destination: MigrationAbility, departure: Departure, arrival: Arrival, options: MigrateOptions): Promise<void> {
  try { await options.beforeSend() } catch (error) {
    await arrival.finish(new Uint8Array(), false).then((cookie) => stayQuietly(departure, cookie), () => { /* both hosts settle it when they miss us */ })
    throw error
  }
  const sent = await send(source, departure, arrival, options).catch(async (error: unknown) => {
    // The source has taken its guest back already, and waits for no word of ours.
    await arrival.finish(new Uint8Array(), false).catch(() => { /* the host removes what waits when it misses us */ })
    throw error
  })
  const cookie = await arrival.finish(sent, true).catch((error: unknown) => refusedAtLast(error, destination, departure, options.domainUuid))
  // The guest runs over there. A source that cannot hear it keeps a machine that stands still, until it is cleaned up.
  await departure.confirm(cookie, true).catch(() => { /* cleaned up by who asked for the migration */ })
}

async function send(source: MigrationAbility, departure: Departure, { uri, cookie, gone }: Arrival, { domainUuid, onProgress }: MigrateOptions): Promise<Uint8Array> {
  const ended = new AbortController()
  void gone.then(() => { if (!ended.signal.aborted) source.cancelMigration(domainUuid).catch(() => { /* then the source is away too */ }) })
  const watching = watch(source, domainUuid, onProgress, ended.signal)
  try { return await departure.send({ uri, cookie }) } finally {
    ended.abort()
    await watching
  }
}

/** Tells how far it is, and makes a guest that never rests stand still for longer. */
async function watch(source: MigrationAbility, domainUuid: string, onProgress: MigrateOptions['onProgress'], ended: AbortSignal): Promise<void> {
  const since = performance.now()
  let allowed = 0
  while (!ended.aborted) {
    await resting(lookMs, ended)
    if (ended.aborted) return
    try {
      const progress = await source.migrationProgress(domainUuid)
      if (progress) onProgress(progress)
      const downtimeMs = downtimesMs[allowed]
      if (downtimeMs === undefined || performance.now() - since < patienceMs * (allowed + 1)) continue
      await source.allowDowntime(domainUuid, downtimeMs)
      allowed++
    } catch { /* whatever is wrong with the source, sending finds out */ }
  }
}

/**
 * The destination did not say that the guest runs there. Only a host that says that it has none of it lets the guest go on
 * at the source; all else is an unknown outcome.
 */
async function refusedAtLast(error: unknown, destination: MigrationAbility, departure: Departure, domainUuid: string): Promise<never> {
  const unknown = new KloudakError('OUTCOME_UNKNOWN', 'The destination did not tell whether the guest runs there.', { cause: error })
  if (error instanceof KloudakError && (error.code === 'OUTCOME_UNKNOWN' || error.code === 'UNAVAILABLE')) throw unknown
  const standing = await destination.migrationStanding(domainUuid).catch(() => { throw unknown })
  if (standing !== 'absent' && standing !== 'stopped') throw unknown
  await stayQuietly(departure, new Uint8Array())
  throw error
}

async function stayQuietly(departure: Departure, cookie: Uint8Array): Promise<void> {
  await departure.confirm(cookie, false).catch(() => { /* the host takes its guest back when it misses us */ })
}

function resting(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); ended.removeEventListener('abort', done); resolve() }
    const timer = setTimeout(done, ms)
    ended.addEventListener('abort', done, { once: true })
  })
}
