import { Duplex } from 'node:stream'
import { plainError } from '../../model/host-error.ts'
import { consoleFlag } from '../../wire/libvirt/flag-constants.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { readScreenSocket } from './domain-read.ts'
import { isActive } from './power-state.ts'

type Consoles = Pick<HypervisorDriver, 'openSerial' | 'openScreen'>

export function consolesOf(calls: Calls, dialUnix: (path: string) => Promise<Duplex>): Consoles {
  return {
    async openSerial(domainUuid) {
      // FORCE: the reader before, perhaps a worker that is no more, is put out.
      return endingQuietly(await calls.openStream('DomainOpenConsole', { domain: domainRef(domainUuid), device: null, flags: consoleFlag.FORCE }))
    },

    async openScreen(domainUuid) {
      const domain = domainRef(domainUuid)
      const { state } = await calls.quick('DomainGetState', { domain })
      if (!isActive(state)) throw plainError('WRONG_STATE', 'The VM does not run.')
      const path = readScreenSocket((await calls.quick('DomainGetXmlDesc', { domain })).xml)
      if (path === undefined) throw plainError('NOT_FOUND', 'The VM has no screen.')
      calls.control.beforeCall()
      return endingQuietly(await dialUnix(path))
    },
  }
}

/** For whoever looks at a console, a guest that stopped, another reader and a lost connection are all its end, not an error. */
function endingQuietly(inner: Duplex): Duplex {
  const outer = new Duplex({
    allowHalfOpen: false,
    read() { inner.resume() },
    write(chunk: Uint8Array, _encoding, done) { if (inner.writable) inner.write(chunk, () => { done() }); else done() },
    destroy(error, done) { inner.destroy(); done(error) },
  })
  inner.pause()
  inner.on('data', (chunk: Uint8Array) => { if (!outer.push(chunk)) inner.pause() })
  const end = () => { if (!outer.destroyed && !outer.readableEnded) outer.push(null) }
  inner.on('error', end).once('end', end).once('close', end)
  return outer
}
