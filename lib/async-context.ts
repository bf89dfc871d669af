import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs a function in the async context in which the module was loaded. Whatever the host carries along with a request, such as
 * its transaction or its trace, is out of reach of the function, and is not kept alive by timers that it starts.
 */
export const runOutside = AsyncLocalStorage.snapshot();
