// Many subscribers in a process of their own: says when all of them have been told a name, and when each of them was.
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

const { url, tokens, count, workspaceId } = JSON.parse(process.argv[2]!) as { url: string; tokens: string[]; count: number; workspaceId: string }
const perSocket = 50
const clock = () => performance.timeOrigin + performance.now()
const query = 'subscription ($workspaceId: ID) { vmChanged(workspaceId: $workspaceId) { vm { name observedPower } } }'
const told = new Map<string, number[]>()
let socket = createClient({ url: '', lazy: true, webSocketImpl: WebSocket })

for (let index = 0; index < count; index++) {
  if (index % perSocket === 0) socket = createClient({ url, webSocketImpl: WebSocket, lazy: false, connectionParams: { authorization: `Bearer ${tokens[index / perSocket % tokens.length]}` } })
  socket.subscribe<{ vmChanged: { vm: { name: string } } }>({ query, variables: { workspaceId } }, {
    next: ({ data }) => {
      const { name } = data!.vmChanged.vm
      const at = told.get(name) ?? []
      told.set(name, at)
      if (at.push(clock()) === count) process.send!({ name, at })
    },
    error: (error) => { throw new Error(JSON.stringify(error)) }, complete: () => {},
  })
}
