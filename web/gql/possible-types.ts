// Made by tools/generate.ts from schema/schema.graphql.
export const possibleTypes: Record<string, string[]> = {
  Change: ['Event', 'TaskChange', 'VMChange'],
  Node: ['Area', 'Host', 'Image', 'Network', 'Pool', 'Task', 'Template', 'User', 'VM', 'Workspace'],
  UserError: ['ConflictError', 'InvalidInputError', 'NoCapacityError', 'NotFoundError', 'PlanChangedError', 'QuotaExceededError', 'WrongStateError'],
}
