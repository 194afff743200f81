import type { CallControl } from '../../model/call-control.ts'
import type { FabricDriver, FabricHost } from '../driver.ts'
import { bindDriver } from './driver.ts'
import { OvsSwitch } from './switch.ts'
import type { OvsFabricOptions } from './switch.ts'

/** Open vSwitch on a host. To be opened only by the worker that owns the host: each connection takes the right to write. */
export class OvsFabricHost implements FabricHost {
  readonly #switch: OvsSwitch

  /** Begins to connect at once, and keeps trying until close(). */
  constructor(options: OvsFabricOptions) {
    this.#switch = new OvsSwitch(options)
  }

  get isConnected(): boolean { return this.#switch.session.isLive }

  /** Ends a wait between two attempts: for an owner who knows that the way to the host is open again. */
  retryNow(): void { this.#switch.session.retryNow() }

  bind(control: CallControl): FabricDriver {
    return bindDriver(this.#switch, control)
  }

  async close(): Promise<void> {
    await this.#switch.close()
  }
}
