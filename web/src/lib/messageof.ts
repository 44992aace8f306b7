/** What a person is told of something that was thrown: its message, without the name of its class. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
