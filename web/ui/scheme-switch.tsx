import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core'
import { AutoIcon, MoonIcon, SunIcon } from './icons.tsx'

const order = ['auto', 'light', 'dark'] as const
const looks = { auto: { icon: <AutoIcon />, text: 'Colours follow your system' }, light: { icon: <SunIcon />, text: 'Light colours' }, dark: { icon: <MoonIcon />, text: 'Dark colours' } }

export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const next = order[(order.indexOf(colorScheme) + 1) % order.length]!
  return (
    <Tooltip label={`${looks[colorScheme].text}. Click for: ${looks[next].text.toLowerCase()}.`}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={looks[colorScheme].text} onClick={() => { setColorScheme(next) }}>{looks[colorScheme].icon}</ActionIcon>
    </Tooltip>
  )
}
