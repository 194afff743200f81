import { register } from '../saga/registry.ts'
import type { RegisteredSaga } from '../saga/registry.ts'
import type { Deps } from './deps.ts'
import { hostCheckSaga } from './host-check.ts'
import { hostEnrolFirstSaga } from './host-enrol-first.ts'
import { fenceTestSaga } from './fence-test.ts'
import { driftRepairSaga } from './drift-repair.ts'
import { hostEnrolSaga } from './host-enrol.ts'
import { hostDrainSaga } from './host-drain.ts'
import { hostFenceSaga } from './host-fence.ts'
import { hostPrepareSaga } from './host-prepare.ts'
import { hostRejoinSaga } from './host-rejoin.ts'
import { hostRestrictKeySaga } from './host-restrict-key.ts'
import { hostReviewSaga } from './host-review.ts'
import { imageDeleteSaga } from './image-delete.ts'
import { imageFetchSaga } from './image-fetch.ts'
import { imageImportSaga } from './image-import.ts'
import { networkCreateSaga, networkDeleteSaga } from './network.ts'
import { poolCreateSaga, poolRefreshSaga } from './pool-create.ts'
import { poolDeleteSaga } from './pool-delete.ts'
import { vmCreateSaga } from './vm-create.ts'
import { vmDeleteSaga } from './vm-delete.ts'
import { vmAttachSaga, vmDetachSaga } from './vm-interface.ts'
import { vmMigrateSaga } from './vm-migrate.ts'
import { vmPasswordSaga } from './vm-password.ts'
import { vmPowerSaga } from './vm-power.ts'
import { vmRecoverSaga } from './vm-recover.ts'
import { vmUpdateSaga } from './vm-update.ts'
import { workspaceDeleteSaga } from './workspace-delete.ts'

/** Every saga that a worker carries. The harness runs them all. */
export function allSagas(deps: Deps): RegisteredSaga[] {
  return [
    register(vmCreateSaga, deps), register(vmDeleteSaga, deps), register(vmPowerSaga, deps), register(vmUpdateSaga, deps),
    register(vmPasswordSaga, deps), register(vmAttachSaga, deps), register(vmDetachSaga, deps), register(vmMigrateSaga, deps), register(hostDrainSaga, deps),
    register(networkCreateSaga, deps), register(networkDeleteSaga, deps), register(imageImportSaga, deps), register(imageFetchSaga, deps), register(imageDeleteSaga, deps), register(hostEnrolSaga, deps), register(hostReviewSaga, deps),
    register(poolCreateSaga, deps), register(poolRefreshSaga, deps), register(poolDeleteSaga, deps),
    register(workspaceDeleteSaga, deps),
    register(hostEnrolFirstSaga, deps), register(hostCheckSaga, deps), register(hostPrepareSaga, deps), register(hostRestrictKeySaga, deps),
    register(hostFenceSaga, deps), register(hostRejoinSaga, deps), register(vmRecoverSaga, deps), register(fenceTestSaga, deps),
    register(driftRepairSaga, deps),
  ]
}
