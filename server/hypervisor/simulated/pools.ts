import { isDeepStrictEqual } from 'node:util'
import { KloudakError } from '../../model/errors.ts'
import { hostError } from '../../model/host-error.ts'
import type { PoolRef } from '../driver.ts'
import type { PoolDriver } from '../pools.ts'
import type { SimulatedHost } from './host.ts'
import type { Request } from './line.ts'
import type { SimulatedFolder, SimulatedPool } from './storage.ts'
import { usedBytes } from './storage.ts'

export function poolsOf(host: SimulatedHost, request: Request): PoolDriver {
  const isSame = (known: SimulatedPool, { path, source }: PoolRef) => known.path === path && isDeepStrictEqual(known.source, source)
  return {
    poolFacts: ({ name }) => request('poolFacts', () => {
      const known = needPool(host, name)
      const folder = host.folder(known.path)
      return { capacityBytes: folder.capacityBytes, availableBytes: folder.capacityBytes - usedBytes(folder), active: known.active }
    }),

    async ensurePool(pool, { secret } = {}) {
      await request('definePool', () => {
        const known = host.pools.get(pool.name)
        if (known && known.path !== pool.path) throw new KloudakError('CONFLICT', `The pool ${pool.name} lies at ${known.path}, not at ${pool.path}.`)
        if (known && !isSame(known, pool)) throw new KloudakError('CONFLICT', `The host has another pool named ${pool.name}.`)
        const { path, source } = pool
        host.pools.set(pool.name, { active: false, ...known, path, ...(source && { source }), ...(secret !== undefined && { secret }) })
      })
      await request('startPool', () => {
        const known = needPool(host, pool.name)
        const failure = host.mountFailures.get(known.path)
        if (failure !== undefined && !known.active) throw hostError('INTERNAL', host.name, (host) => `${host} could not do it.`, { cause: new Error(failure) })
        if (known.source?.kind === 'rbd' && known.secret === undefined) throw hostError('INTERNAL', host.name, (host) => `${host} could not do it.`, { cause: new Error('no secret with matching uuid') })
        known.active = true
      })
    },

    removePool: (pool) => request('removePool', () => {
      const known = host.pools.get(pool.name)
      if (!known || !isSame(known, pool)) return
      const isUsed = [...host.vms.values()].some(({ power, spec: { disks } }) => (power === 'running' || power === 'paused') && disks.some((disk) => disk.pool.name === pool.name))
      if (isUsed && known.source?.kind === 'netfs') throw new KloudakError('WRONG_STATE', `The pool ${pool.name} cannot be stopped on this host: something there still uses it.`)
      host.pools.delete(pool.name)
    }),
  }
}

function needPool(host: SimulatedHost, name: string): SimulatedPool {
  const known = host.pools.get(name)
  if (!known) throw new KloudakError('NOT_FOUND', `There is no pool ${name} on ${host.name}.`)
  return known
}

/** What is in a pool that is started. */
export function startedFolder(host: SimulatedHost, { name }: PoolRef): SimulatedFolder {
  const known = needPool(host, name)
  if (!known.active) throw new KloudakError('WRONG_STATE', `The pool ${name} is not started.`)
  return host.folder(known.path)
}
