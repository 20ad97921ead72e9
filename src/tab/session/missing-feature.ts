import { type Failure, failure } from '#vocabulary';

interface Environment {
  readonly isSecureContext?: boolean;
  readonly navigator?: { readonly locks?: unknown };
  readonly BroadcastChannel?: unknown;
  readonly WebAssembly?: unknown;
  readonly RTCPeerConnection?: unknown;
}

/** What this browser lacks that Peerage cannot do without; undefined when all is there. */
export function findMissingFeature(environment: Environment): Failure | undefined {
  if (environment.isSecureContext !== true) {
    return failure(
      'insecure-context',
      'The browser treats this address as insecure and withholds storage, locks and threads.',
      'Open the page as http://localhost or over https.',
    );
  }
  if (environment.WebAssembly === undefined) {
    return failure(
      'no-webassembly',
      'This browser runs no WebAssembly, which the model needs.',
      'Use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  if (environment.RTCPeerConnection === undefined) {
    return failure(
      'no-webrtc',
      'This browser offers no WebRTC, so it cannot reach other tabs.',
      'Allow WebRTC in its settings, or use another browser.',
    );
  }
  if (environment.navigator?.locks === undefined || environment.BroadcastChannel === undefined) {
    return failure(
      'old-browser',
      'This browser cannot share one peer between tabs.',
      'Update it, or use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  return undefined;
}

/** The page when it cannot start: what is wrong and what to do, without anything that could be missing too. */
export function showMissingFeature(root: HTMLElement, missing: Failure): void {
  const main = document.createElement('main');
  const heading = document.createElement('h1');
  heading.textContent = 'Peerage cannot run here';
  main.append(heading);
  for (const sentence of [missing.message, missing.remedy ?? '']) {
    const paragraph = document.createElement('p');
    paragraph.textContent = sentence;
    main.append(paragraph);
  }
  root.replaceChildren(main);
}
