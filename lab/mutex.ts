import { createServer } from 'node:net'
import { until } from './command.ts'

/**
 * Runs `work` while no other process on this machine holds the same name. The lock is an abstract unix socket,
 * so the kernel releases it however its holder ends, and nothing is left on disk.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>, timeoutMs = 300_000): Promise<T> {
  const server = await until(`the lock ${name}`, () => tryListen(`\0kloudak-lab-${name}`), timeoutMs, 50)
  try {
    return await work()
  } finally {
    await new Promise((resolve) => { server.close(resolve) })
  }
}

async function tryListen(path: string) {
  const server = createServer((socket) => socket.destroy())
  return await new Promise<typeof server | undefined>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EADDRINUSE') resolve(undefined); else reject(error) })
    server.listen(path, () => resolve(server))
  })
}
