/** What an answer is once it has come as JSON: moments are texts. */
export type Json<T> = T extends string
  ? T
  : T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? readonly Json<Item>[]
      : T extends object
        ? { readonly [Name in keyof T]: Json<T[Name]> }
        : T;
