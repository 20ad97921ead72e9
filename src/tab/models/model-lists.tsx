import { useId, useState } from 'react';
import { Disclosure } from '../design/disclosure.tsx';
import { countOf } from '../design/figure.ts';
import type { ModelOption, ModelsView } from '../session.ts';
import { ModelEntry } from './model-entry.tsx';
import { firstVariants, groupModels, matchesWords } from './model-words.ts';

/** Of a long list as many are shown at first. */
const SHOWN = 6;

/** Models by where they are and whether they can run here. */
export function ModelLists({ models }: { readonly models: ModelsView }) {
  const [words, setWords] = useState('');
  const [showsAll, setShowsAll] = useState(false);
  const field = useId();
  const { here, able, unable } = groupModels(models.options);
  const isAsking = models.device === undefined;
  const isSearching = words.trim() !== '';
  const found = able.filter((option) => matchesWords(option, words.trim()));
  const shown = isSearching || showsAll ? found : firstVariants(found).slice(0, SHOWN);
  const foundUnable = unable.filter((option) => matchesWords(option, words.trim()));

  return (
    <>
      <section className="sheet-part">
        <h3 className="section-title">On this machine</h3>
        {here.length === 0 ? (
          <p className="small soft">
            {models.usage === undefined ? 'Looking…' : 'None yet. A model is fetched once and kept in this browser.'}
          </p>
        ) : (
          <Entries options={here} models={models} />
        )}
      </section>
      {able.length + unable.length > 0 && (
        <section className="sheet-part">
          <h3 className="section-title">{isAsking ? 'To be had' : 'Can run here'}</h3>
          {isAsking && <p className="small soft">Asking the device what it can run…</p>}
          {able.length + unable.length > SHOWN && (
            <p className="models-search">
              <label htmlFor={field} className="small">
                Find a model
              </label>
              <input
                id={field}
                type="search"
                className="field"
                value={words}
                placeholder="name or licence"
                onChange={({ target }) => setWords(target.value)}
              />
            </p>
          )}
          {shown.length === 0 ? (
            <p className="small soft">
              {isSearching ? 'None that fits this device has such a name.' : 'None besides those on this machine.'}
            </p>
          ) : (
            <Entries options={shown} models={models} />
          )}
          {!isSearching && shown.length < able.length && (
            <p className="row">
              <button type="button" className="button" onClick={() => setShowsAll(true)}>
                Show all {able.length}, with other variants
              </button>
            </p>
          )}
        </section>
      )}
      {foundUnable.length > 0 && (
        <Disclosure
          className="sheet-part"
          summary={`${countOf(foundUnable.length, 'model')} that this device cannot run well, and why`}
        >
          <Entries options={foundUnable} models={models} />
        </Disclosure>
      )}
    </>
  );
}

function Entries({ options, models }: { readonly options: readonly ModelOption[]; readonly models: ModelsView }) {
  return (
    <ul role="list" className="models-list">
      {options.map((option) => (
        <ModelEntry key={option.id} option={option} models={models} />
      ))}
    </ul>
  );
}
