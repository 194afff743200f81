// Kills workers with -9 on both sides of every record that a saga writes.
import type { Cloud } from './cloud.ts'
import type { Place, SagaGate } from './saga-gate.ts'

/** Where a worker dies: the record of `at` is lost with it, or is the last that it did. */
export interface Death { name: string; at: Place; record: 'lost' | 'kept' }

export function deathsOf({ name: saga, steps }: { name: string; steps: readonly { name: string }[] }): Death[] {
  const deaths = steps.flatMap(({ name: step }, position): Death[] => [
    { name: position === 0 ? `before it writes that ${step} begins` : `after ${steps[position - 1]!.name}, before that is written`, at: { saga, step, state: 'doing' }, record: 'lost' },
    { name: `after it wrote that ${step} begins, before it acts`, at: { saga, step, state: 'doing' }, record: 'kept' },
  ])
  const last = steps.at(-1)!.name
  return [...deaths, { name: `after ${last}, before the end is written`, at: { saga, step: last, state: 'done' }, record: 'lost' }]
}

export interface Reaper {
  /** Asks for work and brings the worker that runs it to its death; returns what `ask` did. */
  die<Answer>(death: Death, ask: () => Promise<Answer>): Promise<Answer>
  /** Ends a worker as the kernel's memory killer would; another one is started, and need not be there yet. */
  kill(workerId: string): Promise<void>
  workerOf(id: string): Cloud['workers'][number]
  /** Resolves when the last worker that was started is there. */
  settled(): Promise<unknown>
}

export function reaperOf(cloud: Cloud, gate: SagaGate): Reaper {
  let spare: Promise<unknown> = Promise.resolve()
  const workerOf = (id: string) => cloud.workers.find(({ lines }) => lines.some(({ workerId }) => workerId === id))!
  async function kill(workerId: string): Promise<void> {
    const worker = workerOf(workerId)
    worker.signal('SIGKILL')
    await worker.ended
    await spare
    spare = cloud.startWorker()
  }
  return {
    workerOf, kill,
    settled: () => spare,
    async die({ at, record }, ask) {
      await gate.shut(at)
      const answer = await ask()
      const { workerId } = await gate.caught()
      if (record === 'kept') {
        // Stopped first, so that it cannot go one step further than its record.
        workerOf(workerId).signal('SIGSTOP')
        await gate.letPass()
        await kill(workerId)
      } else {
        await kill(workerId)
        await gate.tearOff()
      }
      return answer
    },
  }
}
