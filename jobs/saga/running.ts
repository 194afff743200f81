import type { Db } from '../../server/db/orm.ts'
import type { StepState } from '../../server/db/entities/work.ts'
import type { Held } from './claim.ts'
import type { Lease } from './lease.ts'
import type { RegisteredSaga } from './registry.ts'
import type { AnyStep, RetryPolicy, SagaLog } from './step.ts'
import type { Story } from './story.ts'
import type { Timing } from './timing.ts'

/** A place right before or right after a step's act, with the rows saying that it is under way. */
export interface Boundary { at: 'begun' | 'acted' | 'undo-begun' | 'undo-acted'; sagaId: string; step: string; attempt: number; signal: AbortSignal }

/** Where the harness stands beside a running saga. What these throw counts as thrown by the step. */
export interface Probe {
  boundary?(boundary: Boundary): Promise<void>
  /** Before each call on a host. */
  call?(sagaId: string, step: string): void
}

export interface RunDeps {
  db: Db
  log: SagaLog
  timing: Timing
  /** What the worker's configuration says of this kind of work. */
  retry?: RetryPolicy | undefined
  /** True once the worker stops: the saga is handed back at the next boundary. */
  isStopping(): boolean
  reportProgress(sagaId: string, fraction: number): void
  /** For the worker's metrics. */
  onTaskEnd(kind: string, outcome: string): void
  probe: Probe
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
