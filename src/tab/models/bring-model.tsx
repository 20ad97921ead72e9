import { type ChangeEvent, type FormEvent, useId, useRef, useState } from 'react';
import { Icon } from '../design/icon.tsx';
import type { ChosenFile } from '../session.ts';
import { useSession } from '../use-session.ts';

/** Models from the person's own disk, or from an address. */
export function BringModel({ isBusy }: { readonly isBusy: boolean }) {
  const session = useSession();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  // No attribute of React's: whole folders are an extension that all browsers have.
  const takeFolder = (input: HTMLInputElement | null): void => {
    folder.current = input;
    if (input !== null) input.webkitdirectory = true;
  };
  const field = useId();
  const [address, setAddress] = useState('');
  const urls = address.split(/\s+/u).filter((url) => url !== '');

  const bring = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const chosen = [...(target.files ?? [])].map(nameFile);
    target.value = '';
    if (chosen.length > 0) session.importModelFiles(chosen);
  };
  const fetchAddress = (event: FormEvent): void => {
    event.preventDefault();
    if (urls.length === 0 || isBusy) return;
    session.importModelUrls(urls);
    setAddress('');
  };

  return (
    <section className="sheet-part">
      <h3 className="section-title">Bring your own</h3>
      <p className="small soft">
        A GGUF file, or all files of an MLC or ONNX model. It stays in this browser and is never passed on to other
        peers.
      </p>
      <p className="row">
        <button type="button" className="button" disabled={isBusy} onClick={() => files.current?.click()}>
          <Icon name="file" />
          Choose files
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => folder.current?.click()}>
          <Icon name="shelf" />
          Choose a folder
        </button>
      </p>
      <input ref={files} type="file" multiple hidden aria-label="Files of a model" onChange={bring} />
      <input ref={takeFolder} type="file" hidden aria-label="Folder of a model" onChange={bring} />
      <form className="models-address" onSubmit={fetchAddress}>
        <label htmlFor={field} className="small">
          Address of a GGUF file, or of every file of a model, with spaces between
        </label>
        <input
          id={field}
          className="field"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder="https://"
          value={address}
          onChange={({ target }) => setAddress(target.value)}
        />
        <button type="submit" className="button" disabled={isBusy || urls.length === 0}>
          Fetch
        </button>
      </form>
    </section>
  );
}

function nameFile(file: File): ChosenFile {
  return { name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file };
}
