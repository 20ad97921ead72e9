import type { Probe } from '../calibration.ts';
import smollm2 from './smollm2-135m-instruct-q4_1.probe.json' with { type: 'json' };

/** The default model's probe, a file of its own: most tabs never read with it. */
export const probe: Probe = smollm2;
