import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { formatNumber, t } from '../i18n.js';
import { secondOfDay } from '../format.js';
import { preferencesChanged } from '../preferences.js';

/** A row of values over time; null where nothing is known. */
export interface Curve {
  readonly label: string;
  /** Name of a colour of the page, such as `accent`. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  readonly isFilled?: boolean;
}

interface Props {
  /** What it shows, for whoever does not see it. */
  readonly title: string;
  /** Moments in ms, the oldest first. */
  readonly times: readonly number[];
  readonly curves: readonly Curve[];
  readonly height?: number;
  /** How a moment is written. */
  readonly nameTime?: (moment: Date) => string;
}

/** Curves from zero, with their names and their latest values; the same numbers in a table one click away. */
export function Chart({ title, times, curves, height = 160, nameTime = secondOfDay }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const data = useRef<Pick<Props, 'times' | 'curves'>>({ times, curves });
  data.current = { times, curves };

  useEffect(() => {
    let isGone = false;
    const draw = async () => {
      // A third of the page's code, and not every page has curves.
      const { default: UPlot } = await import('uplot');
      if (isGone || !place.current) return;
      plot.current?.destroy();
      const width = place.current.clientWidth;
      plot.current = new UPlot(
        optionsOf(data.current.curves, { width, height }, nameTime),
        dataOf(data.current),
        place.current,
      );
    };
    const redraw = () => void draw();
    const sized = new ResizeObserver(() => {
      if (place.current) plot.current?.setSize({ width: place.current.clientWidth, height });
    });
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    if (place.current) sized.observe(place.current);
    scheme.addEventListener('change', redraw);
    preferencesChanged.addEventListener('change', redraw);
    void draw();
    return () => {
      isGone = true;
      sized.disconnect();
      scheme.removeEventListener('change', redraw);
      preferencesChanged.removeEventListener('change', redraw);
      plot.current?.destroy();
    };
  }, [curves.length, height]);

  useEffect(() => plot.current?.setData(dataOf({ times, curves })), [times, curves]);

  return (
    <figure class="chart">
      <figcaption class="legend">
        {curves.map(({ label, color, values }) => (
          <span key={label}>
            <i class={`key ${color}`} />
            {label} <strong class="number">{formatNumber(values.findLast((value) => value !== null) ?? 0)}</strong>
          </span>
        ))}
      </figcaption>
      <div ref={place} class="plot" role="img" aria-label={title} />
      <details class="small">
        <summary>{t('chart.table')}</summary>
        <Numbers times={times} curves={curves} nameTime={nameTime} />
      </details>
    </figure>
  );
}

/** The newest first, as many as one reads. */
const Numbers = ({ times, curves, nameTime }: Pick<Props, 'times' | 'curves'> & Required<Pick<Props, 'nameTime'>>) => (
  <table class="numbers">
    <thead>
      <tr>
        <th scope="col">{t('chart.time')}</th>
        {curves.map(({ label }) => (
          <th key={label} scope="col">
            {label}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {times
        .map((time, index) => (
          <tr key={time}>
            <td>{nameTime(new Date(time))}</td>
            {curves.map(({ label, values }) => (
              <td key={label} class="number">
                {formatNumber(values[index] ?? 0)}
              </td>
            ))}
          </tr>
        ))
        .slice(-60)
        .toReversed()}
    </tbody>
  </table>
);

const dataOf = ({ times, curves }: Pick<Props, 'times' | 'curves'>): uPlot.AlignedData => [
  times.map((time) => time / 1_000),
  ...curves.map(({ values }) => [...values]),
];

function optionsOf(
  curves: readonly Curve[],
  size: { width: number; height: number },
  nameTime: (moment: Date) => string,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colorOf('muted'), font, ticks: { show: false }, grid: { stroke: colorOf('line'), width: 1 } };
  return {
    ...size,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, seconds) => seconds.map((second) => nameTime(new Date(second * 1_000))),
        space: 90,
        size: 28,
      },
      { ...axis, size: 44, values: (_, values) => values.map((value) => formatNumber(value)), space: 36 },
    ],
    series: [
      {},
      ...curves.map(({ label, color, isFilled = false }) => ({
        label,
        stroke: colorOf(color),
        width: 2,
        points: { show: false },
        ...(isFilled && { fill: `color-mix(in srgb, ${colorOf(color)} 14%, transparent)` }),
        ...(color === 'muted' && { dash: [4, 4], width: 1.5 }),
      })),
    ],
  };

  /** As the browser resolves it for the present scheme: a canvas does not know the page's own names. */
  function colorOf(name: string): string {
    const probe = document.createElement('i');
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color || style.color;
  }
}
