/**
 * One person or company of a contacts message.
 *
 * @publicApi
 */
export interface ContactCard {
  /** With at least one part besides `formatted_name`. */
  readonly name: {
    /** The whole name, as the card shows it. */
    readonly formatted_name: string;

    /** Given name. */
    readonly first_name?: string;

    /** Family name. */
    readonly last_name?: string;

    /** Middle name. */
    readonly middle_name?: string;

    /** Such as `Dr.`. */
    readonly prefix?: string;

    /** Such as `Jr.`. */
    readonly suffix?: string;
  };
  /** Numbers; with `wa_id` the customer can open a chat. */
  readonly phones?: readonly {
    /** The number, as the card shows it. */
    readonly phone: string;
    /** A word of your own, such as `CELL`. */
    readonly type?: string;
    /** The number's WhatsApp id: digits with country code. */
    readonly wa_id?: string;
  }[];
  /** Email addresses; `type` is a word of your own, such as `WORK`. */
  readonly emails?: readonly {
    /** The address. */
    readonly email: string;
    /** A word of your own, such as `WORK`. */
    readonly type?: string;
  }[];
  /** Web addresses. */
  readonly urls?: readonly {
    /** The address. */
    readonly url: string;
    /** A word of your own, such as `WORK`. */
    readonly type?: string;
  }[];
  /** Postal addresses. */
  readonly addresses?: readonly {
    /** Street and number. */
    readonly street?: string;

    /** City. */
    readonly city?: string;

    /** State or province, by its code. */
    readonly state?: string;

    /** Postal code. */
    readonly zip?: string;

    /** Name of the country. */
    readonly country?: string;

    /** The country by ISO 3166-1 alpha-2. */
    readonly country_code?: string;

    /** A word of your own, such as `HOME`. */
    readonly type?: string;
  }[];
  /** The company that the person belongs to, and their place in it. */
  readonly org?: {
    /** Name of the company. */
    readonly company?: string;
    /** Name of the department. */
    readonly department?: string;
    /** What the person is there. */
    readonly title?: string;
  };
  /** Written `YYYY-MM-DD`. */
  readonly birthday?: string;
}
