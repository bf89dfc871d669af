/** The command cannot do what it was asked to, for a reason that the person at the terminal can change. */
export class CommandError extends Error {
  constructor(
    message: string,
    /** 2 where the command was written wrongly, 1 where what it asked for failed. */
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}
