import { z } from 'zod'

/**
 * The queue that wakes workers. A job in it is a doorbell only: what is to be done, by whom and in which order stands
 * in the saga's rows (decision 5), so a job that is lost, repeated or late does no harm.
 */
export const sagaQueue = 'saga'

export const sagaWake = z.object({ sagaId: z.uuid() })
export type SagaWake = z.infer<typeof sagaWake>
