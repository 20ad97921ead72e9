import { encode } from 'uqr';

/** Modules of white around it, as the standard wants for a code that is read off a screen. */
const QUIET_MODULES = 4;

/** The text as a code for another device's camera. Always dark on white: many readers know nothing else. */
export function QrCode({ text }: { readonly text: string }) {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="The invitation as a QR code">
      <rect className="qr-paper" width={size} height={size} />
      <path className="qr-ink" d={path} shapeRendering="crispEdges" />
    </svg>
  );
}
