/** What can be read of a thrown value, which in JavaScript can be anything. */

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The system's word for what went wrong, such as `ENETUNREACH`; undefined where there is none. */
export function errorCode(thrown: unknown): string | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
