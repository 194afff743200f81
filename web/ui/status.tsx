import type { HostState, NetworkPhase, PoolState, TaskState, VmStatus } from '../gql/graphql.ts'
import classes from './status.module.css'

type Tone = 'green' | 'gray' | 'blue' | 'amber' | 'red'
interface Look { tone: Tone; text: string; moving?: boolean }

const vm: Record<VmStatus, Look> = {
  CREATING_DISK: { tone: 'blue', text: 'Creating disk', moving: true },
  CONFIGURING_NETWORK: { tone: 'blue', text: 'Configuring network', moving: true },
  STARTING: { tone: 'blue', text: 'Starting', moving: true },
  UP: { tone: 'green', text: 'Up' },
  SUSPENDED: { tone: 'amber', text: 'Suspended' },
  DOWN: { tone: 'gray', text: 'Down' },
  CRASHED: { tone: 'red', text: 'Crashed' },
  UNKNOWN: { tone: 'amber', text: 'Unknown' },
  DELETING: { tone: 'blue', text: 'Deleting', moving: true },
  FAILED: { tone: 'red', text: 'Failed' },
}
const network: Record<NetworkPhase, Look> = {
  CREATING: { tone: 'blue', text: 'Creating', moving: true }, READY: { tone: 'green', text: 'Ready' },
  DELETING: { tone: 'blue', text: 'Deleting', moving: true }, FAILED: { tone: 'red', text: 'Failed' },
}
const task: Record<TaskState, Look> = {
  QUEUED: { tone: 'gray', text: 'Queued', moving: true }, RUNNING: { tone: 'blue', text: 'Running', moving: true }, DONE: { tone: 'green', text: 'Done' },
  UNDOING: { tone: 'amber', text: 'Undoing', moving: true }, FAILED: { tone: 'red', text: 'Failed' }, CANCELLED: { tone: 'gray', text: 'Cancelled' }, STUCK: { tone: 'red', text: 'Stuck' },
}
const host: Record<HostState, Look> = {
  ENROLLING: { tone: 'blue', text: 'Enrolling', moving: true }, UP: { tone: 'green', text: 'Up' }, SUSPECT: { tone: 'amber', text: 'Suspect', moving: true },
  DOWN: { tone: 'red', text: 'Down' }, FENCED: { tone: 'red', text: 'Fenced' },
  DRAINING: { tone: 'amber', text: 'Draining', moving: true }, MAINTENANCE: { tone: 'amber', text: 'Maintenance' }, RETIRED: { tone: 'gray', text: 'Retired' },
}
const pool: Record<PoolState, Look> = {
  CREATING: { tone: 'blue', text: 'Creating', moving: true }, READY: { tone: 'green', text: 'Ready' }, MAINTENANCE: { tone: 'amber', text: 'Maintenance' },
  RETIRED: { tone: 'gray', text: 'Takes no new disks' }, FAILED: { tone: 'red', text: 'Failed' }, DELETING: { tone: 'blue', text: 'Deleting', moving: true },
}

export const Dot = ({ tone, moving }: { tone: Tone; moving?: boolean }) => <span className={`${classes.dot} ${classes[tone]} ${moving ? classes.moving : ''}`} aria-hidden="true" />

const Status = ({ look }: { look: Look }) => <span className={classes.label}><Dot tone={look.tone} moving={look.moving} />{look.text}</span>

export const VmStatusLabel = ({ status }: { status: VmStatus }) => <Status look={vm[status]} />
export const NetworkPhaseLabel = ({ phase }: { phase: NetworkPhase }) => <Status look={network[phase]} />
export const TaskStateLabel = ({ state }: { state: TaskState }) => <Status look={task[state]} />
export const HostStateLabel = ({ state }: { state: HostState }) => <Status look={host[state]} />
export const PoolStateLabel = ({ state }: { state: PoolState }) => <Status look={pool[state]} />
