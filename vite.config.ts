import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

// Which server the development server stands before: `KLOUDAK_URL=http://127.0.0.1:4101 npx vite`.
const api = process.env.KLOUDAK_URL ?? 'http://127.0.0.1:4000'

/** `npm start` builds this into dist/web; `npx vite` serves it with hot reload beside a running server. */
export default defineConfig({
  root: fileURLToPath(new URL('web', import.meta.url)),
  plugins: [react()],
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2023', cssTarget: ['chrome123', 'firefox120', 'safari17.5'], sourcemap: false, chunkSizeWarningLimit: 900 },
  server: {
    proxy: {
      '/graphql': { target: api, ws: true },
      '/console': { target: api, ws: true },
    },
  },
})
