import { createTheme, Tooltip } from '@mantine/core'
import type { MantineColorsTuple } from '@mantine/core'

const kloud: MantineColorsTuple = ['#eef3ff', '#dce6fd', '#b9cdfb', '#8fadf6', '#668cf0', '#4672e8', '#2f5bd7', '#254ab4', '#223f92', '#203873']
// Cool neutrals; in the dark the page is the darkest and what lies on it is lighter.
const gray: MantineColorsTuple = ['#f7f8fa', '#f0f2f5', '#e5e8ed', '#d8dce4', '#c3c9d4', '#9ea7b5', '#707a8a', '#505968', '#333b48', '#191f29']
const dark: MantineColorsTuple = ['#e4e8ee', '#c2c9d3', '#949eac', '#6c7686', '#343c49', '#272e39', '#1b212a', '#11151b', '#0c0f14', '#080a0e']

export const theme = createTheme({
  primaryColor: 'kloud',
  primaryShade: { light: 6, dark: 5 },
  colors: { kloud, gray, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  autoContrast: true,
  respectReducedMotion: true,
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.5rem', lineHeight: '2rem' }, h2: { fontSize: '1.0625rem', lineHeight: '1.5rem' }, h3: { fontSize: '0.9375rem', lineHeight: '1.375rem' } } },
  components: { Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, multiline: true, maw: 320, openDelay: 150, events: { hover: true, focus: true, touch: true } } }) },
})
