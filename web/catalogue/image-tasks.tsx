import { useEffect, useRef } from 'react'
import type { TaskLiveFragment, TaskState } from '../gql/graphql.ts'
import { usePages } from '../lib/use-pages.ts'
import { Card } from '../ui/card.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { TaskRow } from '../ui/task-row.tsx'
import { useNow } from '../ui/time.tsx'
import { ImageTasks } from './image-operations.ts'

/** How long work is shown that has ended: so that one sees that it has, and does not miss that it failed. */
const shownMs: Partial<Record<TaskState, number>> = { DONE: 60_000, CANCELLED: 60_000, FAILED: 24 * 3_600_000 }

/** How far the work is: changes with the steps of each task, and not with what is read of one. */
const stageOf = (tasks: readonly TaskLiveFragment[]): string => tasks.map(({ id, state, steps }) => `${id} ${state} ${steps.filter((step) => step.state === 'DONE').length}`).toSorted().join()

/**
 * The work on images that somebody may wait for: what goes on, what has just ended, and what went wrong of late. No stream
 * tells of images, but one tells of this work: `onStep` is called whenever it has come further.
 */
export function ImageWork({ onStep }: { onStep: () => void }) {
  const { nodes, loading, problem } = usePages(ImageTasks, {}, { whole: false })
  const now = useNow()
  const matters = ({ state, finishedAt }: TaskLiveFragment) => finishedAt === null || now - Date.parse(finishedAt) < (shownMs[state] ?? Infinity)
  const all = nodes.filter(matters)
  const stage = loading ? undefined : stageOf(nodes)
  const isFresh = all.length > 0
  const last = useRef<string>(undefined)
  useEffect(() => {
    // What has just ended when one comes may have ended after the images were read.
    if (last.current !== stage && (last.current !== undefined || isFresh)) onStep()
    last.current = stage
  }, [stage, onStep, isFresh])
  // What went well says so in the list: a few of them are enough.
  const done = all.filter(({ state }) => state === 'DONE').slice(0, 3)
  const shown = all.filter((task) => task.state !== 'DONE' || done.includes(task))
  if (problem) return <ProblemNote problem={problem} />
  if (shown.length === 0) return null
  return <Card title="Work on images" flush>{shown.map((task) => <TaskRow key={task.id} task={task} named />)}</Card>
}
