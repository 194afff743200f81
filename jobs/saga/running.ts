import type { Db } from '../../server/db/orm.ts'
import type { StepState } from '../../server/db/entities/work.ts'
import type { Held } from './claim.ts'
import type { Lease } from './lease.ts'
import type { RegisteredSaga } from './registry.ts'
import type { AnyStep, SagaLog } from './step.ts'
import type { Story } from './story.ts'
import type { Timing } from './timing.ts'

/** A place between two acts, where a crash is told apart by what the rows say. The harness stops workers here. */
export interface Boundary { at: 'begun' | 'acted' | 'undo-begun' | 'undo-acted'; sagaId: string; saga: string; step: string; attempt: number }

export interface RunDeps {
  db: Db
  log: SagaLog
  timing: Timing
  /** True once the worker stops: the saga is handed back at the next boundary. */
  isStopping(): boolean
  reportProgress(sagaId: string, fraction: number): void
  boundary?: ((boundary: Boundary) => Promise<void>) | undefined
}

export type Row = { state: StepState; attempt: number; output: unknown }

/** A run as the performing of its steps sees it. */
export interface Running {
  held: Held
  lease: Lease
  registered: RegisteredSaga
  rows: Map<number, Row>
  story: Story
  deps: RunDeps
  isPastPivot(step: AnyStep<unknown, unknown>): boolean
}
