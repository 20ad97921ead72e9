/** Longer than any invitation; the rest of what an address may hold is not read. */
const MAX_FRAGMENT_LENGTH = 2_000;

/**
 * Hands over what stands behind the `#` of a link, now and whenever another link is opened in this tab, and takes it out of
 * the address bar: an address that is copied from there, or kept as a bookmark, lets nobody into a private room.
 */
export function watchInvitations(onInvitation: (text: string) => void): () => void {
  const take = (): void => {
    const text = location.hash.slice(1, MAX_FRAGMENT_LENGTH);
    if (!text.startsWith('room=')) return;
    history.replaceState(history.state, '', `${location.pathname}${location.search}`);
    onInvitation(text);
  };
  take();
  addEventListener('hashchange', take);
  return () => removeEventListener('hashchange', take);
}
