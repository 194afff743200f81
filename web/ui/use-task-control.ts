import { graphql } from '../gql/gql.ts'
import { useAct } from '../lib/act.ts'
import { tellProblem } from './problem-note.tsx'

const CancelTask = graphql(`
  mutation CancelTask($input: CancelTaskInput!) {
    cancelTask(input: $input) { __typename ... on CancelTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
const RetryTask = graphql(`
  mutation RetryTask($input: RetryTaskInput!) {
    retryTask(input: $input) { __typename ... on RetryTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)

/** Cancelling a task that runs, and letting a stuck one go on. */
export function useTaskControl() {
  const [cancel, cancelling] = useAct(CancelTask)
  const [retry] = useAct(RetryTask)
  return {
    cancelling,
    cancel: (taskId: string) => { void cancel({ taskId }).then(({ problem }) => { if (problem) tellProblem(problem) }) },
    retry: (taskId: string) => { void retry({ taskId }).then(({ problem }) => { if (problem) tellProblem(problem) }) },
  }
}
