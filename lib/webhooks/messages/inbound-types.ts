import { OPENS_NO_WINDOW } from '../../messages/service-windows.js';

/** Whether a message opens the service window; one of a type that Meta may add does. */
export const opensServiceWindow = (type: string): boolean => !OPENS_NO_WINDOW.includes(type);

/** Whether somebody said something to be read, be it in a type that Meta does not hand on; reactions and notes are kept only. */
export const isSaid = (type: string): boolean => type === 'unsupported' || opensServiceWindow(type);
