import type { GraphQLResolveInfo } from 'graphql'
import { isOperator } from '../server/app/reader.ts'
import type { SeenVm } from '../server/db/queries/vm.ts'
import type { Context } from './context.ts'
import { HostType } from './host.ts'
import { fieldsAsked, readAhead } from './loader.ts'
import { NetworkType } from './network.ts'
import { TemplateType } from './template.ts'
import { addressesLoader, interfacesLoader, lastTaskLoader } from './vm-parts.ts'

/** Reads what stands around the VMs of a page, as far as the operation asks for it. */
export async function readAroundVms(vms: readonly Pick<SeenVm, 'id' | 'host' | 'template'>[], context: Context, info: GraphQLResolveInfo): Promise<void> {
  const asked = fieldsAsked(info)
  const ids = vms.map(({ id }) => id)
  const interfaces = async () => {
    const cards = (await readAhead(interfacesLoader(context), ids)).flat()
    await Promise.all([
      asked.has('network') && readAhead(NetworkType.getDataloader(context), cards.map(({ network }) => network)),
      asked.has('addresses') && readAhead(addressesLoader(context), cards.map(({ id }) => id)),
    ])
  }
  await Promise.all([
    asked.has('host') && isOperator(context.actor) && readAhead(HostType.getDataloader(context), vms.map(({ host }) => host)),
    asked.has('template') && readAhead(TemplateType.getDataloader(context), vms.flatMap(({ template }) => template ?? [])),
    asked.has('lastTask') && readAhead(lastTaskLoader(context), ids),
    asked.has('interfaces') && interfaces(),
  ])
}
