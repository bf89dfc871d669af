/** A text, or one for each plural of the language. */
export type Text = string | { readonly one: string; readonly other: string };
