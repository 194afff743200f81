import { Duplex } from 'node:stream'
import { KloudakError } from '../../model/errors.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { SimulatedHost, SimulatedVm } from './host.ts'
import { isActive } from './host.ts'
import type { Request } from './line.ts'

type Consoles = Pick<HypervisorDriver, 'openSerial' | 'openScreen'>

export function consolesOf(host: SimulatedHost, request: Request): Consoles {
  const needActive = (domainUuid: string): SimulatedVm => {
    const vm = host.vms.get(domainUuid)
    if (!vm) throw new KloudakError('NOT_FOUND', `There is no VM ${domainUuid} on ${host.name}.`)
    if (!isActive(vm)) throw new KloudakError('WRONG_STATE', `The VM is ${vm.power}.`)
    return vm
  }
  return {
    openSerial: (domainUuid) => request('openSerial', () => {
      const vm = needActive(domainUuid)
      vm.serial?.push(null)
      return vm.serial = serialOf(vm)
    }),
    openScreen: (domainUuid) => request('openScreen', () => {
      const vm = needActive(domainUuid)
      const screen = screenOf(vm)
      vm.screens.add(screen)
      screen.once('close', () => { vm.screens.delete(screen) })
      return screen
    }),
  }
}

/** A getty that repeats what is typed and asks again at each line. */
function serialOf(vm: SimulatedVm): Duplex {
  const serial: Duplex = new Duplex({
    allowHalfOpen: false,
    read() { /* pushed when something is typed */ },
    write(chunk: Uint8Array, _encoding, done) {
      // A paused guest hears nothing, as the real one.
      if (vm.power === 'running') serial.push(Buffer.from(chunk).toString('latin1').replace(/[\r\n]+/g, `\r\n${vm.spec.title} login: `), 'latin1')
      done()
    },
  })
  return serial
}

const width = 640
const height = 400

/** An RFB 3.8 server (RFC 6143) without security, whose screen is one colour: enough for any viewer to show that the guest is there. */
function screenOf(vm: SimulatedVm): Duplex {
  let received = Buffer.alloc(0)
  const take = (length: number): Buffer | undefined => {
    if (received.length < length) return undefined
    const part = received.subarray(0, length)
    received = received.subarray(length)
    return part
  }
  const screen: Duplex = new Duplex({
    allowHalfOpen: false,
    read() { /* pushed as the protocol goes */ },
    write(chunk: Uint8Array, _encoding, done) {
      received = Buffer.concat([received, chunk])
      while (step()) { /* as many messages as have come */ }
      done()
    },
  })
  let step = (): boolean => {
    if (!take(12)) return false
    screen.push(Buffer.from([1, 1])) // one security type: none
    step = () => {
      if (!take(1)) return false
      screen.push(Buffer.alloc(4)) // SecurityResult: OK
      step = () => {
        if (!take(1)) return false
        screen.push(serverInit(vm.spec.title))
        step = message
        return true
      }
      return true
    }
    return true
  }
  const message = (): boolean => {
    const lengths: Record<number, number> = { 0: 20, 2: 4, 3: 10, 4: 8, 5: 6, 6: 8 }
    const kind = received[0]
    if (kind === undefined) return false
    let length = lengths[kind]
    if (length === undefined) { screen.destroy(); return false }
    if (kind === 2 && received.length >= 4) length += 4 * received.readUInt16BE(2)
    if (kind === 6 && received.length >= 8) length += received.readUInt32BE(4)
    const body = take(length)
    if (!body) return false
    if (kind === 3) screen.push(body[1] === 0 ? wholeScreen() : Buffer.from([0, 0, 0, 0])) // incremental: nothing has changed
    return true
  }
  screen.push('RFB 003.008\n')
  return screen
}

function serverInit(name: string): Buffer {
  const title = Buffer.from(name)
  const init = Buffer.alloc(24)
  init.writeUInt16BE(width, 0)
  init.writeUInt16BE(height, 2)
  // 32 bits a pixel, depth 24, little-endian, true colour, 255 each, shifts 16, 8, 0.
  Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0]).copy(init, 4)
  init.writeUInt32BE(title.length, 20)
  return Buffer.concat([init, title])
}

function wholeScreen(): Buffer {
  const update = Buffer.alloc(16 + width * height * 4, 0x20)
  update.fill(0, 0, 16)
  update.writeUInt16BE(1, 2)
  update.writeUInt16BE(width, 8)
  update.writeUInt16BE(height, 10)
  return update
}
