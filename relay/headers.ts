/**
 * Headers of every response, from the product's server and from Vite's alike.
 *
 * COOP + COEP make pages cross-origin isolated, which SharedArrayBuffer and with it multi-threaded WebAssembly need;
 * the policy below is what keeps text written by strangers from ever running as script.
 */
export const isolationHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const contentSecurityPolicy = [
  "default-src 'none'",
  // 'wasm-unsafe-eval' compiles WebAssembly; it allows no eval of script.
  "script-src 'self' 'wasm-unsafe-eval'",
  // blob: because the engine library starts its worker from a blob.
  "worker-src 'self' blob:",
  // Other relays and public model hubs are on other hosts; ws: serves relays on plain-text LANs.
  "connect-src 'self' ws: wss: https: blob: data:",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "manifest-src 'self'",
  "media-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: Readonly<Record<string, string>> = {
  ...isolationHeaders,
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};
