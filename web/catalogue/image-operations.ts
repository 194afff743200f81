import { graphql } from '../gql/gql.ts'

/** Each is wide: 40 of them cost close to what one operation may. */
export const Images = graphql(`
  query Images($after: String) {
    images(retiredToo: true, first: 40, after: $after) { edges { cursor node { ...ImageKept } } pageInfo { hasNextPage endCursor } }
  }
`)

/** The work on images that was asked for last. */
export const ImageTasks = graphql(`
  query ImageTasks($after: String) {
    tasks(methods: ["importImage", "copyImage", "deleteImage"], first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }
  }
`)

/** The pools that images can be brought into, and those that take none at present. */
export const PoolChoices = graphql(`
  query PoolChoices($after: String) {
    pools(first: 100, after: $after) { edges { cursor node { id name state area { id name } } } pageInfo { hasNextPage endCursor } }
  }
`)

export const ImportImage = graphql(`
  mutation ImportImage($input: ImportImageInput!) {
    importImage(input: $input) { __typename ... on ImportImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const CopyImage = graphql(`
  mutation CopyImage($input: CopyImageInput!) {
    copyImage(input: $input) { __typename ... on CopyImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const UpdateImage = graphql(`
  mutation UpdateImage($input: UpdateImageInput!) {
    updateImage(input: $input) { __typename ... on UpdateImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }
  }
`)
export const RetireImage = graphql(`
  mutation RetireImage($input: RetireImageInput!) {
    retireImage(input: $input) { __typename ... on RetireImagePayload { image { ...ImageKept } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
export const RestoreImage = graphql(`
  mutation RestoreImage($input: RestoreImageInput!) {
    restoreImage(input: $input) { __typename ... on RestoreImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }
  }
`)
export const DeleteImage = graphql(`
  mutation DeleteImage($input: DeleteImageInput!) {
    deleteImage(input: $input) { __typename ... on DeleteImagePayload { deletedId task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
