export type * from './view.ts';
export { isRoundOver } from './round-phase.ts';
export { type RoundNode, createRoundNode } from './round-node.ts';
export type { RoundPorts } from './ports.ts';
export { MAX_PARTICIPANTS, MAX_QUESTION_LENGTH, type RoundParameters, chooseParameters } from './parameters.ts';
export type { ArchiveError, RoundArchive } from './archive.ts';
export { createMemoryArchive, openRoundArchive } from './archive.indexeddb.ts';
export { openCalibrationStore } from './calibration-store.indexeddb.ts';
