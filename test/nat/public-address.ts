/** Where relay, STUN and TURN of the laboratory are. */
export const PUBLIC_ADDRESS = '198.51.100.1';
export const STUN_PORT = 3478;
/** Shared by relay and coturn; tabs get credentials made from it. */
export const TURN_SECRET = 'laboratory';
