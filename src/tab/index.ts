export type * from './session.ts';
export { mountApp } from './mount.tsx';
