import type { VmLiveFragment } from '../gql/graphql.ts'

export const SerialConsole = (_props: { vm: VmLiveFragment; allowed: true | string }) => null
