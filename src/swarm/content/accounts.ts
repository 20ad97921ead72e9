import type { Clock, PeerId } from '#vocabulary';
import { cidText } from './cid.ts';
import { MAX_ACCOUNTS } from './constants.ts';
import type { PeerTraffic, UploadView } from './content.ts';
import { type Meter, createMeter } from './meter.ts';
import type { OfferedFile } from './offered.ts';

/** Bytes given and taken in this visit. */
export interface Accounts {
  noteGiven(taker: PeerId, file: OfferedFile, bytes: number): void;
  noteTaken(giver: PeerId, bytes: number): void;
  noteServer(bytes: number): void;
  /** Those of the last seconds. */
  uploads(): readonly UploadView[];
  traffic(): readonly PeerTraffic[];
  totals(): { readonly givenBytes: number; readonly takenBytes: number; readonly serverBytes: number };
}

interface Upload {
  readonly peer: PeerId;
  readonly file: OfferedFile;
  readonly meter: Meter;
}

export function createAccounts(clock: Clock): Accounts {
  const traffic = new Map<PeerId, { givenBytes: number; takenBytes: number }>();
  const uploads = new Map<string, Upload>();
  const totals = { givenBytes: 0, takenBytes: 0, serverBytes: 0 };

  const accountOf = (peer: PeerId): { givenBytes: number; takenBytes: number } => {
    const account = traffic.get(peer) ?? { givenBytes: 0, takenBytes: 0 };
    // Moved to the end: the first is the one unused for longest.
    traffic.delete(peer);
    traffic.set(peer, account);
    for (const oldest of traffic.keys()) {
      if (traffic.size <= MAX_ACCOUNTS) break;
      traffic.delete(oldest);
    }
    return account;
  };

  return {
    noteGiven(peer, file, bytes) {
      totals.givenBytes += bytes;
      accountOf(peer).givenBytes += bytes;
      const key = `${peer} ${file.sha256}`;
      const upload = uploads.get(key) ?? { peer, file, meter: createMeter(clock) };
      uploads.set(key, upload);
      upload.meter.add(bytes);
    },
    noteTaken(peer, bytes) {
      totals.takenBytes += bytes;
      accountOf(peer).takenBytes += bytes;
    },
    noteServer(bytes) {
      totals.serverBytes += bytes;
    },
    uploads() {
      const views: UploadView[] = [];
      for (const [key, { peer, file, meter }] of uploads) {
        const bytesPerSecond = meter.bytesPerSecond();
        if (bytesPerSecond === 0) uploads.delete(key);
        else
          views.push({
            peer,
            cid: cidText(file.sha256),
            name: file.name,
            givenBytes: meter.totalBytes(),
            bytesPerSecond,
          });
      }
      return views;
    },
    traffic: () =>
      [...traffic]
        .map(([peer, account]) => ({ peer, ...account }))
        .toSorted((a, b) => b.givenBytes + b.takenBytes - a.givenBytes - a.takenBytes),
    totals: () => ({ ...totals }),
  };
}
