import { useMemo } from 'react';
import type { Responses } from '../../src/inspect';
import { ChartFrame } from '../charts/ChartFrame';
import type { ChartTable } from '../charts/table';
import { layerName } from '../format/names';
import { formatPercent } from '../format/numbers';
import { useFilter, useResponses, type Filter } from '../state/responses';
import { pickChannel, selection } from '../state/selection';
import { NetworkChoice } from '../views/NetworkChoice';
import { ChannelStrip } from './ChannelStrip';
import { ResponseMaps } from './ResponseMaps';
import './ResponsesView.css';

const stripHeight = 84;

/** What a filter responds to a sample, before and after other filters were removed. */
export function ResponsesView() {
  const filter = useFilter();
  const { value, problem, waiting } = useResponses(filter);
  const table = useMemo(() => channelTable(value), [value]);
  const name = filter ? layerName(filter.group.id) : '';
  return (
    <ChartFrame
      title={filter ? `Filters: ${name}` : 'Filters'}
      help="A filter’s response to a sample before and after; below, how much the response of each filter that stayed has changed."
      table={table}
      height={300}
      interactive
      empty={emptyWords(filter, value, problem, waiting)}
      note={filter && value ? noteWords(filter, value) : ''}
      tools={
        filter &&
        value && (
          <>
            <NetworkChoice />
            <SampleField sample={filter.sample} />
          </>
        )
      }
    >
      {({ width, height }) =>
        value && (
          <>
            <ResponseMaps responses={value} width={width} height={height - stripHeight} />
            <ChannelStrip
              channels={value.channels}
              chosen={filter?.channel ?? 0}
              onChoose={pickChannel}
              width={width}
              height={stripHeight}
            />
          </>
        )
      }
    </ChartFrame>
  );
}

function emptyWords(
  filter: Filter | null,
  value: Responses | null,
  problem: string | null,
  waiting: boolean,
): string | null {
  if (problem !== null) return problem;
  if (value) return null;
  if (!filter) return 'Open a model and a calibration set: what its filters respond to appears here.';
  return waiting ? 'Running the sample through both networks…' : 'Waiting for the engine…';
}

function noteWords({ channel, sample }: Filter, { channels, after }: Responses): string {
  const place = `Filter ${channel} of ${channels.length}, sample ${sample}`;
  if (after === null) return `${place}: removed, so that it responds no more.`;
  const change = channels[channel]?.change ?? 0;
  return change < 1e-4
    ? `${place}: nothing before it was removed, its response is the same.`
    : `${place}: its response changed by ${formatPercent(change)}, though it was kept.`;
}

function SampleField({ sample }: { readonly sample: number }) {
  return (
    <label className="sample-field">
      Sample
      <input
        className="field number"
        type="number"
        min={0}
        value={sample}
        onChange={({ target }) => {
          const chosen = Math.max(0, Math.floor(Number(target.value)));
          if (Number.isFinite(chosen)) selection.setState({ sample: chosen });
        }}
      />
    </label>
  );
}

function channelTable(value: Responses | null): ChartTable {
  return {
    columns: [
      { name: 'Channel' },
      { name: 'Kept' },
      { name: 'Change of its response', format: (change) => formatPercent(change, 2) },
    ],
    rows: (value?.channels ?? []).map(({ kept, change }, channel) => [channel, kept ? 'yes' : 'no', change]),
  };
}
