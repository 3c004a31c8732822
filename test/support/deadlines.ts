/** A client's deadline that no machine misses, milliseconds: for what is bound to be answered. */
export const FAR_MS = 20_000;

/** A client's deadline that is waited for in vain: a request gets to its server before it, on a busy machine too. */
export const IN_VAIN_MS = 800;
