import type { SagaContract } from './contract.ts'
import { driftRepair } from './drift.ts'
import { hostCheck, hostEnrol, hostEnrolFirst, hostPrepare, hostRestrictKey, hostReview } from './host.ts'
import { fenceTest, hostFence, hostRejoin, vmRecover } from './failover.ts'
import { hostDrain } from './host-drain.ts'
import { imageDelete, imageFetch, imageImport } from './image.ts'
import { networkCreate, networkDelete } from './network.ts'
import { poolCreate, poolDelete, poolRefresh } from './pool.ts'
import { vmCreate, vmDelete, vmPassword, vmPower, vmUpdate } from './vm.ts'
import { vmAttach, vmDetach } from './vm-interface.ts'
import { vmMigrate } from './vm-migrate.ts'
import { workspaceDelete } from './workspace.ts'

/** Every kind of work there is. A test holds it against the sagas that workers carry and against the harness. */
export const contracts: readonly Pick<SagaContract, 'name' | 'definition' | 'steps'>[] = [
  poolCreate, poolRefresh, poolDelete,
  vmCreate, vmDelete, vmPower, vmUpdate, vmPassword, vmAttach, vmDetach, networkCreate, networkDelete, imageImport, imageFetch, imageDelete, hostEnrolFirst, hostEnrol, hostCheck, hostReview, workspaceDelete,
  vmMigrate, hostDrain,
  hostPrepare, hostRestrictKey,
  hostFence, hostRejoin, vmRecover, fenceTest,
  driftRepair,
]
