/** A mistake on the command line: its message says what to do, and no stack is wanted. */
export class UsageError extends Error {}
