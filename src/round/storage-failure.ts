/** Whether the browser refused to store for want of room, which a person can mend; everything else they cannot. */
export function isQuotaExceeded(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'QuotaExceededError';
}
