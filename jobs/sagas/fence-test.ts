import { deviceById } from '../../server/db/queries/outage.ts'
import { asKloudakError } from '../../server/model/errors.ts'
import { fenceTest } from '../contract/failover.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { targetOf } from './fence-device.ts'

const step = stepsOf<typeof fenceTest, Deps>()

/** What it answers is kept beside the device, an error too. */
const status = step('status', {
  kind: 'idempotent',
  do: async (context) => {
    const { deviceId } = context.input
    const note = (result: string) => context.write((em) => em.execute('update fence_device set tested_at = now(), test_result = ? where id = ?', [result, deviceId]))
    const device = await deviceById(context.em(), deviceId)
    if (!device) return
    try {
      await note(await context.deps.fencing.status(await targetOf(context, device), context.control))
    } catch (thrown) {
      const error = asKloudakError(thrown)
      if (error.code !== 'CANCELLED') await note(error.message)
      throw error
    }
  },
})

export const fenceTestSaga = defineSaga(fenceTest, { steps: [status] })
