// Pools of a running cloud, asked for as any client asks, and images in them.
import { createReadStream } from 'node:fs'
import { GiB, MiB } from '../../server/model/units.ts'
import type { Cloud } from './cloud.ts'
import { until } from './until.ts'
import { openWeb } from './web.ts'

export interface CloudPool { id: string; state: string; failure: string | null; kind: string; path: string; capacityBytes: number | null; availableBytes: number | null; promisedBytes: number; hosts: { host: { name: string }; state: string; message: string | null; remedy: string | null }[] }

/** The pool and the task of a mutation about one, or its refusal as text. */
export async function askPool(cloud: Cloud, verb: 'createPool' | 'updatePool' | 'setPoolMaintenance' | 'retirePool' | 'restorePool' | 'deletePool', input: object): Promise<{ id: string; taskId: string | null; refusal: string | undefined }> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
  const answer = await cloud.ask<Record<string, { pool?: { id: string }; task?: { id: string } | null; code?: string; message?: string }>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { pool { id } task { id } } ... on UserError { code message } } }`, { input })
  const { pool, task, code, message } = answer[verb]!
  return { id: pool?.id ?? '', taskId: task?.id ?? null, refusal: code && `${code}: ${message}` }
}

export async function readPool(cloud: Cloud, id: string): Promise<CloudPool | null> {
  return (await cloud.ask<{ node: CloudPool | null }>('query($id: ID!) { node(id: $id) { ... on Pool { id state failure kind path capacityBytes availableBytes promisedBytes hosts { host { name } state message remedy } } } }', { id })).node
}

/** Waits for the task's end, whatever it is, and gives its state and its error's message. */
export async function endOf(cloud: Cloud, taskId: string | null): Promise<{ state: string; message: string | undefined }> {
  return until('the task to end', async () => {
    const { node } = await cloud.ask<{ node: { state: string; error: { message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { state error { message } } } }', { id: taskId })
    return ['DONE', 'FAILED', 'STUCK', 'CANCELLED'].includes(node.state) && { state: node.state, message: node.error?.message }
  }, 120_000)
}

/** An image from a web server of the test into the pool, with a template for each way to clone it, as an operator does; VMs of these lie in this pool then. Returns the image's id. */
export async function importInto(cloud: Cloud, poolId: string, file: { path: string; sha256: string; sizeBytes: number }): Promise<string> {
  const web = await openWeb()
  try {
    web.pages.set('/guest.qcow2', (response) => { createReadStream(file.path).pipe(response.writeHead(200, { 'content-length': file.sizeBytes })) })
    const { id, taskId, refusal } = await askImage(cloud, 'importImage', { name: 'guest', os: 'Linux', url: web.url('/guest.qcow2'), sha256: file.sha256, poolId })
    if (refusal !== undefined) throw new Error(refusal)
    const { state, message } = await endOf(cloud, taskId)
    if (state !== 'DONE') throw new Error(`${state}: ${message}`)
    for (const cloneMode of ['linked', 'full']) {
      const { createTemplate: made } = await cloud.ask<{ createTemplate: { template?: object; message?: string } }>('mutation($input: CreateTemplateInput!) { createTemplate(input: $input) { ... on CreateTemplatePayload { template { id } } ... on UserError { message } } }', { input: { name: cloneMode, os: 'Linux', vcpus: 1, memoryBytes: 128 * MiB, diskBytes: GiB, imageId: id, cloneMode: cloneMode.toUpperCase() } })
      if (!made.template) throw new Error(made.message)
    }
    const books = await cloud.ask<{ templates: { edges: { node: { id: string; name: string } }[] } }>('{ templates(first: 10) { edges { node { id name } } } }')
    for (const { node } of books.templates.edges) if (node.name === 'linked' || node.name === 'full') cloud.templates[node.name] = node.id
    return id
  } finally { await web.close() }
}

/** The image and the task of a mutation about one, or its refusal as text. */
export async function askImage(cloud: Cloud, verb: 'importImage' | 'copyImage', input: object): Promise<{ id: string; taskId: string | null; refusal: string | undefined }> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
  const answer = await cloud.ask<Record<string, { image?: { id: string }; task?: { id: string } | null; code?: string; message?: string }>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { image { id } task { id } } ... on UserError { code message } } }`, { input })
  const { image, task, code, message } = answer[verb]!
  return { id: image?.id ?? '', taskId: task?.id ?? null, refusal: code && `${code}: ${message}` }
}
