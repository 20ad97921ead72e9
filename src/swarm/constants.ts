/** Version of everything two tabs say to each other. Raised when an older tab could misread a newer one. */
export const SWARM_PROTOCOL_VERSION = 1;

/**
 * Largest message `send` accepts. A long answer with its context is tens of kB; 256 KiB is four default SCTP
 * messages, small enough that ten peers sending at once stay under the 4 MiB at which the transport resets a slow reader.
 */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Longest protocol name, UTF-8. Names are paths such as `/peerage/round/1`; the length travels in one byte. */
export const MAX_PROTOCOL_NAME_BYTES = 64;
