import type { ServerResponse } from 'node:http'

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
}

const policy = (directives: Record<string, string>) => Object.entries(directives).map(([name, sources]) => `${name} ${sources}`).join('; ')

/** The dashboard loads nothing from elsewhere; its component library writes styles into the page. */
const dashboardPolicy = policy({
  'default-src': "'self'", 'style-src': "'self' 'unsafe-inline'", 'img-src': "'self' data: blob:", 'object-src': "'none'",
  'base-uri': "'none'", 'form-action': "'self'", 'frame-ancestors': "'none'",
})

/** GraphiQL is one page with its scripts inline, whose editor works in blobs. It loads nothing from elsewhere either. */
const graphiqlPolicy = policy({
  'default-src': "'self'", 'script-src': "'self' 'unsafe-inline' blob:", 'style-src': "'self' 'unsafe-inline'", 'font-src': "'self' data:", 'img-src': "'self' data: blob:",
  'worker-src': "'self' blob:", 'connect-src': "'self' blob:", 'object-src': "'none'", 'base-uri': "'none'", 'form-action': "'self'", 'frame-ancestors': "'none'",
})

export function setSecurityHeaders(response: ServerResponse, { path, secure }: { path: string; secure: boolean }): void {
  for (const [name, value] of Object.entries(common)) response.setHeader(name, value)
  response.setHeader('content-security-policy', path === '/graphql' ? graphiqlPolicy : dashboardPolicy)
  if (secure) response.setHeader('strict-transport-security', 'max-age=31536000')
}
