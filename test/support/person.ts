// A person with an account of their own, who asks as any client does: over HTTP, event streams and consoles.
import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { openConsole } from './guest-shell.ts'
import type { Console } from './guest-shell.ts'
import { until } from './until.ts'

export interface Refusal { code: string; message: string; field?: string | null; remedy?: string | null }
interface Change { cursor: string; id: string; type: string; kind: string }

/** A stream of changes as far as it was told, and how it ended. */
export interface Following { changes: Change[]; ended: () => string | undefined }

export class Person {
  readonly name: string
  readonly url: string
  #token: string
  readonly #sockets: Client[] = []

  constructor(name: string, url: string, token: string) {
    this.name = name
    this.url = url
    this.#token = token
  }

  /** Makes an account over the API. */
  static async signUp(url: string, name: string, password: string): Promise<Person> {
    const nobody = new Person('nobody', url, '')
    const made = await nobody.do<{ session: { accessToken: string } }>('signUp', { username: name, password, email: `${name}@example.org` }, 'session { accessToken }')
    return new Person(name, url, made.session.accessToken)
  }

  token(): string { return this.#token }

  async ask<Data>(query: string, variables?: object): Promise<Data> {
    const { data, errors } = await this.send<Data>(query, variables)
    if (errors) throw new Error(`${this.name}: ${errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('; ')}`)
    return data
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what an operation answers is known to whoever wrote it
  async send<Data>(query: string, variables?: object): Promise<{ data: Data; errors?: { message: string; extensions: { code: string } }[] }> {
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}) }, body: JSON.stringify({ query, variables }) })
    return await response.json() as Awaited<ReturnType<Person['send']>> as never
  }

  /** Calls a mutation; throws what refuses it. */
  async do<Payload>(verb: string, input: object, fields: string): Promise<Payload> {
    const answer = await this.try<Payload>(verb, input, fields)
    if ('code' in (answer as object)) { const { code, message } = answer as Refusal; throw new Error(`${this.name} ${verb}: ${code}: ${message}`) }
    return answer as Payload
  }

  /** Calls a mutation; the payload, or what refuses it, whichever way it was told. */
  async try<Payload>(verb: string, input: object, fields: string): Promise<Payload | Refusal> {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
    const { data, errors } = await this.send<Record<string, Payload | Refusal>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { ${fields} } ... on UserError { code message field remedy } } }`, { input })
    if (errors) return { code: errors[0]!.extensions.code, message: errors[0]!.message }
    return data[verb]!
  }

  /** The code that a mutation is refused with; 'allowed' when it is not. */
  async code(verb: string, input: object): Promise<string> {
    const answer = await this.try<object>(verb, input, '__typename')
    return 'code' in answer ? answer.code : 'allowed'
  }

  /** Waits until the task of a mutation is done; gives the payload. */
  async work<Payload extends { task: { id: string } | null }>(verb: string, input: object, fields: string): Promise<Payload> {
    const payload = await this.do<Payload>(verb, input, `${fields} task { id }`)
    if (payload.task) await this.taskDone(payload.task.id)
    return payload
  }

  async taskDone(id: string): Promise<void> {
    await until(`the task of ${this.name}`, async () => {
      const { node } = await this.ask<{ node: { state: string; method: string; error: { message: string } | null } | null }>('query($id: ID!) { node(id: $id) { ... on Task { state method error { message } } } }', { id })
      if (node && ['FAILED', 'STUCK', 'CANCELLED'].includes(node.state)) throw new Error(`${node.method} of ${this.name} is ${node.state}: ${node.error?.message}`)
      return node?.state === 'DONE'
    }, 120_000)
  }

  /** Follows all changes in a workspace, from now on. */
  async follow(workspaceId: string): Promise<Following> {
    const { eventCursor } = await this.ask<{ eventCursor: string }>('{ eventCursor }')
    const socket = createClient({ url: `${this.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${this.#token}` } })
    this.#sockets.push(socket)
    const changes: Change[] = []
    let ended: string | undefined
    socket.subscribe<{ events: Change }>({ query: 'subscription($workspaceId: ID!, $after: String) { events(workspaceId: $workspaceId, after: $after) { cursor id type kind } }', variables: { workspaceId, after: eventCursor } }, {
      next: ({ data, errors }) => {
        if (errors) ended = String(errors[0]!.extensions?.code)
        else if (data) changes.push(data.events)
      },
      error: (error) => { ended ??= error instanceof Error ? error.message : JSON.stringify(error) },
      complete: () => { ended ??= 'complete' },
    })
    return { changes, ended: () => ended }
  }

  console(vmId: string): Promise<Console> {
    return openConsole(this, vmId, 'SERIAL')
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) await socket.dispose()
  }
}
