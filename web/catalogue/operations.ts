import { graphql } from '../gql/gql.ts'

export const Templates = graphql(`
  query Templates($after: String) {
    templates(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const InstanceTypes = graphql(`
  query InstanceTypes($after: String) {
    instanceTypes(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const ImageShown = graphql(`
  fragment ImageShown on Image {
    id version name system: os isPublic retiredAt createdAt
    workspaces { id name }
    versions { number format sizeBytes virtualSizeBytes createdAt }
  }
`)

/** An image with what operators know beside: where it lies, and from where it came. */
export const ImageKept = graphql(`
  fragment ImageKept on Image {
    id version name system: os isPublic retiredAt createdAt
    workspaces { id name }
    versions { number format sizeBytes virtualSizeBytes createdAt sourceUrl copies { state pool { id name } } }
  }
`)

/** What VMs of a workspace can be made from, as its members see it. */
export const OfferedTemplates = graphql(`
  query OfferedTemplates($workspaceId: ID!, $after: String) {
    templates(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const OfferedInstanceTypes = graphql(`
  query OfferedInstanceTypes($workspaceId: ID!, $after: String) {
    instanceTypes(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const OfferedImages = graphql(`
  query OfferedImages($workspaceId: ID!, $after: String) {
    images(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...ImageShown } } pageInfo { hasNextPage endCursor } }
  }
`)

export const CreateTemplate = graphql(`
  mutation CreateTemplate($input: CreateTemplateInput!) {
    createTemplate(input: $input) { __typename ... on CreateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }
  }
`)
export const UpdateTemplate = graphql(`
  mutation UpdateTemplate($input: UpdateTemplateInput!) {
    updateTemplate(input: $input) { __typename ... on UpdateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }
  }
`)
export const RetireTemplate = graphql(`
  mutation RetireTemplate($input: RetireTemplateInput!) {
    retireTemplate(input: $input) { __typename ... on RetireTemplatePayload { template { ...TemplateLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
export const RestoreTemplate = graphql(`
  mutation RestoreTemplate($input: RestoreTemplateInput!) {
    restoreTemplate(input: $input) { __typename ... on RestoreTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }
  }
`)
export const DeleteTemplate = graphql(`
  mutation DeleteTemplate($input: DeleteTemplateInput!) {
    deleteTemplate(input: $input) { __typename ... on DeleteTemplatePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const CreateInstanceType = graphql(`
  mutation CreateInstanceType($input: CreateInstanceTypeInput!) {
    createInstanceType(input: $input) { __typename ... on CreateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }
  }
`)
export const UpdateInstanceType = graphql(`
  mutation UpdateInstanceType($input: UpdateInstanceTypeInput!) {
    updateInstanceType(input: $input) { __typename ... on UpdateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }
  }
`)
export const RetireInstanceType = graphql(`
  mutation RetireInstanceType($input: RetireInstanceTypeInput!) {
    retireInstanceType(input: $input) { __typename ... on RetireInstanceTypePayload { instanceType { ...InstanceTypeLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
export const RestoreInstanceType = graphql(`
  mutation RestoreInstanceType($input: RestoreInstanceTypeInput!) {
    restoreInstanceType(input: $input) { __typename ... on RestoreInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }
  }
`)
export const DeleteInstanceType = graphql(`
  mutation DeleteInstanceType($input: DeleteInstanceTypeInput!) {
    deleteInstanceType(input: $input) { __typename ... on DeleteInstanceTypePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
