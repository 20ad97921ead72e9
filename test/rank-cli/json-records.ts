import type { ValueSink } from './json-values.ts';
import type { RecordSink } from './record-reader.ts';
import { quoted } from './terminal-text.ts';
import { findLayout, layouts, neededColumns } from './vote-record.ts';

/** Takes values out of a JSON file and hands on those that are votes. */
export function createVoteValues(sink: RecordSink): ValueSink {
  return {
    fault: (fault) => sink.fault(fault),
    value(value, line) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        sink.fault({ line, reason: `${quoted(value)} is not an object; ${neededColumns}` });
        return;
      }
      const fields = value as Readonly<Record<string, unknown>>;
      const layout = findLayout((column) => Object.hasOwn(fields, column));
      if (layout === undefined) {
        const keys = Object.keys(fields).slice(0, 20).map(quoted).join(', ');
        sink.fault({ line, reason: `this object has ${keys === '' ? 'no keys' : keys}; ${neededColumns}` });
        return;
      }
      const { a, b, result } = layouts[layout];
      const { judge, weight, ordered } = fields;
      sink.record({ a: fields[a], b: fields[b], result: fields[result], judge, weight, ordered }, layout, line);
    },
  };
}
