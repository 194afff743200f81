// Every verb on a VM in every state that a VM can be in: it does what the one table of states says, in its words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from '../../server/app/console.ts'
import type { AppContext } from '../../server/app/context.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { deleteVm } from '../../server/app/vm-delete.ts'
import { attachInterface, detachInterface } from '../../server/app/vm-interface.ts'
import { setVmPassword } from '../../server/app/vm-password.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { updateVm } from '../../server/app/vm-update.ts'
import { powerStates, vmActions, vmCan, vmPhases } from '../../server/model/vm.ts'
import type { VmAction } from '../../server/model/vm.ts'
import { useTestDb } from '../support/db.ts'
import { readyNetwork, requestOf } from '../support/verbs.ts'
import { makeWorld } from '../support/world.ts'

const { db } = await useTestDb()
const world = await makeWorld(db)
const networkId = await readyNetwork(db, world)
const { objectId: vmId } = await createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: 'vm', interfaces: [{ networkId }] })
const em = db.em.fork()
const [card] = await em.execute<{ id: string }[]>('select id from vm_interface where vm_id = ?', [vmId])

// A dry run checks as the verb does, and leaves the state as it was.
const about = { vmId, dryRun: true }
const power = (action: 'start' | 'shutdown' | 'stop' | 'reboot' | 'reset' | 'suspend' | 'resume') => (context: AppContext) => changePower(context, action, about)
const verbs: Record<VmAction, (context: AppContext) => Promise<unknown>> = {
  start: power('start'), shutdown: power('shutdown'), stop: power('stop'), reboot: power('reboot'), reset: power('reset'), suspend: power('suspend'), resume: power('resume'),
  update: (context) => updateVm(context, { ...about, name: 'another' }),
  attachInterface: (context) => attachInterface(context, { ...about, networkId }),
  detachInterface: (context) => detachInterface(context, { interfaceId: card!.id, dryRun: true }),
  setPassword: (context) => setVmPassword(context, { ...about, password: 'x' }),
  delete: (context) => deleteVm(context, about),
  openConsole: (context) => openConsole(context, { vmId, kind: 'serial' }),
}

for (const action of vmActions) {
  test(`${action} is allowed and refused as the table says`, async () => {
    const found: Record<string, true | string> = {}
    const expected: Record<string, true | string> = {}
    for (const phase of vmPhases) for (const observedPower of powerStates) {
      await em.execute('update vm set phase = ?, observed_power = ? where id = ?', [phase, observedPower, vmId])
      const state = `${phase} ${observedPower}`
      expected[state] = vmCan(action, { phase, observedPower })
      found[state] = await verbs[action](requestOf(db, world.owner)).then((): true => true, (error: Error & { code: string }) => (error.code === 'WRONG_STATE' ? error.message : String(error)))
    }
    assert.deepEqual(found, expected)
    assert.ok(Object.values(expected).includes(true) && Object.values(expected).some((allowed) => allowed !== true))
  })
}
