export type * from './swarm.ts';
