import { useState } from 'react'
import type { Problem } from './problem.ts'
import { sentence } from './rules.ts'

interface Form { getValues(): object; setFieldError(field: string, error: string): void }

/**
 * What refused the last try of a form: said at the field that it is about when the form has it, else returned, for a note
 * of its own. Showing undefined takes the note away.
 */
export function useFormProblem(form: Form): [Problem | undefined, (problem: Problem | undefined) => void] {
  const [note, setNote] = useState<Problem>()
  return [note, (problem) => {
    const isOfField = problem?.field != null && problem.field in form.getValues()
    if (isOfField) form.setFieldError(problem.field!, sentence(problem))
    setNote(isOfField ? undefined : problem)
  }]
}
