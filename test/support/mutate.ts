import type { TestClient } from './api.ts'

/** What a mutation answers: its payload, or the error that one can mend. */
export interface Answered { __typename: string; code?: string; message?: string; field?: string | null; remedy?: string | null; plan?: { steps: string[]; losses: string[]; hash: string } | null; [field: string]: unknown }

/** Sends a mutation and returns its result; a GraphQL error (FORBIDDEN for one) becomes `{ code }` too. */
export async function mutate(client: TestClient, name: string, input: object, payload = '__typename'): Promise<Answered> {
  const type = name[0]!.toUpperCase() + name.slice(1)
  const { data, errors } = await client.send<Record<string, Answered>>(
    `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Payload { ${payload} } ... on UserError { code message field remedy } } }`, { input })
  if (errors) return { __typename: 'Error', code: errors[0]!.extensions.code, message: errors[0]!.message }
  return data[name]!
}

/** As `mutate`, but throws unless it succeeds. */
export async function made(client: TestClient, name: string, input: object, payload: string): Promise<Answered> {
  const answer = await mutate(client, name, input, payload)
  if (answer.code !== undefined) throw new Error(`${name}: ${answer.code} ${answer.message} (${answer.field})`)
  return answer
}

/** The id of what a mutation made, from the payload's field. */
export async function madeId(client: TestClient, name: string, input: object, field: string): Promise<string> {
  return ((await made(client, name, input, `${field} { id }`))[field] as { id: string }).id
}

/** `CODE field: message`, to compare refusals whole. */
export const refusal = ({ code, field, message }: Answered): string => `${code} ${field ?? ''}: ${message}`
