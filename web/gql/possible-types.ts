// Made by tools/generate.ts from schema/schema.graphql.
export const possibleTypes: Record<string, string[]> = {
  Change: ['Event', 'TaskChange', 'VMChange', 'WorkspaceChange'],
  Node: ['AffinityGroup', 'Area', 'Drift', 'Host', 'Image', 'InstanceType', 'Member', 'Network', 'Pool', 'Task', 'Template', 'User', 'VM', 'Workspace'],
  UserError: ['ConflictError', 'InvalidInputError', 'NoCapacityError', 'NotFoundError', 'PlanChangedError', 'QuotaExceededError', 'WrongStateError'],
}
