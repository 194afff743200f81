import { isOperator } from '../server/app/reader.ts'
import type { OfferTable } from '../server/db/queries/offer.ts'
import { workspacesOfOffers } from '../server/db/queries/inventory.ts'
import type { builder } from './builder.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { WorkspaceType } from './workspace.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never
interface Offer { id: string; isPublic: boolean; retiredAt?: Date | null | undefined }

/** What a template, an image and an instance type have in common: who may use them, and since when nobody does any more. */
export const offerFields = <Row extends Offer>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, Row>, table: OfferTable) => ({
  isPublic: t.boolean({ description: 'Whether every workspace may use it.', resolve: ({ isPublic }) => isPublic }),
  workspaces: t.loadableList({
    type: WorkspaceType,
    nullable: true,
    complexity: { field: 1, multiplier: 5 },
    description: 'The workspaces that may use it when it is not public, for superusers; null for everybody else.',
    load: async (ids: string[], { em, actor }: Context) => {
      if (!isOperator(actor)) return ids.map(() => null)
      const byOffer = Map.groupBy(await workspacesOfOffers(em, table, ids), ({ offerId }) => offerId)
      return ids.map((id) => (byOffer.get(id) ?? []).map(({ workspaceId }) => workspaceId))
    },
    resolve: ({ id }: Row) => id,
  }),
  retiredAt: t.field({ type: 'DateTime', nullable: true, description: 'Since when nothing new is made from it; null while it is offered.', resolve: ({ retiredAt }) => retiredAt ?? null }),
})

type InputBuilder = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>

/** Who may use what an operator offers, in an input. */
export const visibilityFields = (t: InputBuilder) => ({
  isPublic: t.boolean({ description: 'Whether every workspace may use it. What is new is public unless workspaces are named.' }),
  workspaceIds: t.idList({ description: 'The workspaces that may use it; they replace those that could. It is then not public.' }),
})

export const workspacesOf = ({ workspaceIds }: { workspaceIds?: readonly string[] | null }) => workspaceIds?.map((id, index) => decodeId('Workspace', id, `workspaceIds.${index}`))
