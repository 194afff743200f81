import { checkOvercommit } from '../../server/model/area.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { checkName } from '../../server/model/names.ts'
import { checkDns, formatVlanRanges } from '../../server/model/network.ts'
import type { AreaLiveFragment, CreateAreaInput } from '../gql/graphql.ts'
import { said } from '../lib/rules.ts'

interface VlanRange { first: number; last: number }

/** An area as the form knows it: VLANs as people write them. A field for numbers that was emptied holds an empty text. */
export interface AreaDraft { name: string; placementPolicy: string; vcpuOvercommit: number | string; memoryOvercommit: number | string; dns: string[]; vlanRanges: string; reservedVlans: string }

/** What a new area has when nothing else is asked for. */
export const newArea: AreaDraft = { name: '', placementPolicy: 'spread', vcpuOvercommit: 4, memoryOvercommit: 1, dns: [], vlanRanges: '2-4094', reservedVlans: '' }

/** `2-99, 200`. */
export const vlanText = (ranges: readonly VlanRange[]): string => ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(', ')

/** The ranges that a text means. INVALID_INPUT when part of it is no id and no range. */
export function vlansOf(text: string): VlanRange[] {
  return text.split(/[,;\n]+/).map((part) => part.trim()).filter(Boolean).map((part) => {
    const [, first, last] = /^(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?$/.exec(part) ?? []
    if (first === undefined) throw new KloudakError('INVALID_INPUT', `${part} is no VLAN id and no range of them.`, { remedy: 'For example 2-99, 200.' })
    return { first: Number(first), last: Number(last ?? first) }
  })
}

export function draftOf({ name, placementPolicy, vcpuOvercommit, memoryOvercommit, dns, vlanRanges, reservedVlans }: AreaLiveFragment): AreaDraft {
  return { name, placementPolicy: placementPolicy ?? newArea.placementPolicy, vcpuOvercommit, memoryOvercommit, dns, vlanRanges: vlanText(vlanRanges), reservedVlans: vlanText(reservedVlans) }
}

/** What is wrong with a draft, by the rules that the API goes by; the API has the last word. */
export const areaRules = {
  name: (name: string) => said(() => checkName(name.trim())),
  vcpuOvercommit: (value: number | string) => said(() => checkOvercommit(Number(value), 'vcpuOvercommit')),
  memoryOvercommit: (value: number | string) => said(() => checkOvercommit(Number(value), 'memoryOvercommit')),
  dns: (servers: string[]) => said(() => checkDns(servers, 'dns')),
  vlanRanges: (text: string) => said(() => formatVlanRanges(vlansOf(text))),
  reservedVlans: (text: string) => said(() => formatVlanRanges(vlansOf(text), 'reservedVlans', { mayBeEmpty: true })),
}

/** The input for a draft that the rules let pass. */
export const areaInput = ({ name, placementPolicy, vcpuOvercommit, memoryOvercommit, dns, vlanRanges, reservedVlans }: AreaDraft): CreateAreaInput =>
  ({ name: name.trim(), placementPolicy, vcpuOvercommit: Number(vcpuOvercommit), memoryOvercommit: Number(memoryOvercommit), dns, vlanRanges: vlansOf(vlanRanges), reservedVlans: vlansOf(reservedVlans) })
