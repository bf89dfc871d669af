/** Lines of 24 by 24. */
const PATHS = {
  overview: 'M4 13h6V4H4v9Zm0 7h6v-4H4v4Zm10 0h6v-9h-6v9Zm0-16v4h6V4h-6Z',
  messages: 'M5 5h14a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-7l-5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM8 9h8M8 13h5',
  bulk: 'm3 11 18-7-6 17-3.500-7L3 11Zm8.500 3L21 4',
  contacts:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Zm-6 9c0-3.500 2.700-5.500 6-5.500s6 2 6 5.500M16 4.500a3.500 3.500 0 0 1 0 6.500m2 4c2 .800 3 2.500 3 5',
  plus: 'M12 5v14m-7-7h14',
  up: 'M12 20V8m-5 5 5-5 5 5M5 4h14',
  block: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.600 5.600l12.800 12.800',
  settings:
    'M4 7h9m5 0h2M4 17h2m5 0h9M15.500 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Zm-7 10a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z',
  menu: 'M4 6h16M4 12h16M4 18h16',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4 4',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v2m0 14v2M3 12h2m14 0h2M5.600 5.600 7 7m10 10 1.400 1.400m0-12.800L17 7M7 17l-1.400 1.400',
  moon: 'M20 14.500A8 8 0 0 1 9.500 4a8 8 0 1 0 10.500 10.500Z',
  system: 'M4 5h16v11H4V5Zm5 15h6m-3-4v4',
  out: 'M10 4H5v16h5m5-4 4-4-4-4m4 4H9',
  close: 'm6 6 12 12M18 6 6 18',
  copy: 'M9 9h11v11H9V9Zm-3 6H4V4h11v2',
  done: 'm5 13 4.500 4.500L19 7',
  alert: 'M12 4 2.500 20h19L12 4Zm0 6v5m0 2.500v.500',
  pause: 'M8 5v14m8-14v14',
  play: 'm7 5 12 7-12 7V5Z',
  stop: 'M6 6h12v12H6z',
  retry: 'M20 5v5h-5m4.500-.500A8 8 0 1 0 20 14',
  down: 'M12 4v12m-5-5 5 5 5-5M5 20h14',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.500 2',
  filter: 'M4 6h16M7 12h10m-7 6h4',
  phone: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Zm3 15h2',
  once: 'm4 13 4 4 9-10',
  twice: 'm2 13 4 4 9-10m-3 9 1 1L22 7',
  dots: 'M5 12h.010M12 12h.010M19 12h.010',
  question: 'M9 9a3 3 0 1 1 4.500 2.600c-1 .600-1.500 1.200-1.500 2.400m0 3v.010',
  templates: 'M6 3h12v18H6V3Zm3 4h6m-6 4h6m-6 6h6',
  webhooks:
    'M9 12a3.500 3.500 0 1 0-6 2.500M6.500 12h8M12 5a3.500 3.500 0 1 1 4 3.500L18 13m-1.500 1a3.500 3.500 0 1 1-2.500 5.500',
  image: 'M4 5h16v14H4V5Zm0 11 4.500-4.500 3.500 3.500 3-3 5 5M15.500 9h.010',
  video: 'M4 6h11v12H4V6Zm11 5 5-3v8l-5-3',
  document: 'M6 3h8l4 4v14H6V3Zm8 0v4h4M9 12h6m-6 4h6',
  pin: 'M12 21c4-4.500 6-7.700 6-10.500a6 6 0 1 0-12 0C6 13.300 8 16.500 12 21Zm0-8.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  shop: 'M5 9h14l-1 11H6L5 9Zm4 0V7a3 3 0 0 1 6 0v2',
  reply: 'M10 6 4 12l6 6m-6-6h9a7 7 0 0 1 7 6',
  link: 'M14 4h6v6m0-6-9 9M10 5H4v15h15v-6',
  call: 'M6 3h3l2 5-2.500 1.500a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3C10 21 3 14 3 6a3 3 0 0 1 3-3Z',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.010M4 12h.010M4 18h.010',
  gift: 'M4 11h16v9H4v-9Zm-1-4h18v4H3V7Zm9 0v13m0-13C9 7 7 6 7.500 4.500S10.500 3 12 7c1.500-4 4-4 4.500-2.500S15 7 12 7Z',
  inbox: 'M4 5h16v14H4V5Zm0 9h5l1.500 2h3L15 14h5',
  back: 'm14 6-6 6 6 6',
  attach:
    'm19 11-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400L13 4.300a3 3 0 0 1 4.200 4.200l-7.700 7.800a1.500 1.500 0 0 1-2.100-2.100L14 7.500',
  send: 'M4 12 20 4l-5 16-4-7-7-1Z',
  smile:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-4-7c1 1.700 2.300 2.500 4 2.500s3-.800 4-2.500M9 9.500v.010M15 9.500v.010',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9c.500-4 3.500-6 8-6s7.500 2 8 6',
  audio:
    'M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0Zm10-2a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0Z',
  side: 'M4 5h16v14H4V5Zm11 0v14',
  tag: 'M4 4h8l8 8-8 8-8-8V4Zm4.500 4.500v.010',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture next to a word; it says nothing that the word does not. */
export const Icon = ({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
);

/** The sign of the console. */
export const Logo = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" fill="#0b7a5b" />
    <path
      d="M9 9h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z"
      fill="none"
      stroke="#fff"
      stroke-width="2"
      stroke-linejoin="round"
    />
    <path
      d="m11.500 15.500 3 3 6-6"
      fill="none"
      stroke="#fff"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);
