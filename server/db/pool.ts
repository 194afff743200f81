import type { EventEmitter } from 'node:events'

interface Client extends EventEmitter { release: (error?: Error | boolean) => void }
export interface ConnectionPool extends EventEmitter { connect: () => Promise<Client> }

/**
 * Gives a connection back to the pool as soon as it has ended, whoever holds it. A transaction whose connection was cut
 * cannot be rolled back, and Kysely gives a connection back only after a commit or rollback that succeeded: each such cut
 * would take one connection from the pool for ever, until none is left and the process hangs.
 */
export function giveBackEnded(pool: ConnectionPool): void {
  const connect = pool.connect.bind(pool)
  pool.connect = async () => {
    const client = await connect()
    const { release } = client
    let isBack = false
    const giveBack = (error?: Error | boolean) => {
      if (isBack) return
      isBack = true
      client.off('end', ended)
      release(error)
    }
    const ended = () => { giveBack(true) }
    client.once('end', ended)
    client.release = giveBack
    return client
  }
}
