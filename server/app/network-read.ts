import { maySee } from '../auth/authorize.ts'
import type { Actor } from '../auth/actor.ts'
import type { Network } from '../db/entities/network.ts'
import { networkCount, networkPage, networksByIds } from '../db/queries/network.ts'
import type { NetworkFilter } from '../db/queries/network.ts'
import type { PageRequest } from '../model/page.ts'
import { sightOf } from './reader.ts'
import type { Reader } from './reader.ts'

/** A network of no workspace is the operator's gift to all of them: whoever is signed in sees it. */
export const maySeeNetwork = (actor: Actor | undefined, { workspace }: Pick<Network, 'workspace'>): boolean =>
  (workspace == null ? actor !== undefined : maySee(actor, workspace))

/** The networks that the reader sees, public ones included, oldest first. */
export const listNetworks = (reader: Reader, filter: NetworkFilter, page: PageRequest): Promise<Network[]> => networkPage(reader.em, sightOf(reader), filter, page)

export const countNetworks = (reader: Reader, filter: NetworkFilter): Promise<number> => networkCount(reader.em, sightOf(reader), filter)

/** Those of the networks that exist and that the reader sees, in no order. */
export async function findNetworks(reader: Reader, ids: readonly string[]): Promise<Network[]> {
  return (await networksByIds(reader.em, ids)).filter((network) => maySeeNetwork(reader.actor, network))
}
