import type { VmLiveFragment } from '../gql/graphql.ts'

export const ScreenConsole = (_props: { vm: VmLiveFragment; allowed: true | string }) => null
