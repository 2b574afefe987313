/** The views below the main charts, of which one is on show. */
export const views = [
  { id: 'layers', label: 'Layers', hint: 'Channels kept in every layer.' },
  { id: 'steps', label: 'Why', hint: 'Why each layer stopped where it did.' },
  { id: 'tasks', label: 'Tasks × layers', hint: 'Which layers stopped because of which task.' },
  {
    id: 'predictions',
    label: 'Predictions',
    hint: 'What the tasks answer, sample by sample, before and after.',
  },
  { id: 'filters', label: 'Filters', hint: 'What a filter responds to a sample, before and after.' },
  { id: 'cost', label: 'Cost', hint: 'Thresholds and remaining cost, step by step.' },
  { id: 'recovery', label: 'Recovery', hint: 'Win back what pruning cost.' },
  {
    id: 'networks',
    label: 'Networks',
    hint: 'Every network made in this session: cost against metrics, and its file.',
  },
] as const;

export type ViewId = (typeof views)[number]['id'];

/** The view before or after, around the ends. */
export function neighbouringView(view: ViewId, by: -1 | 1): ViewId {
  const at = views.findIndex(({ id }) => id === view);
  return views.at((at + by) % views.length)?.id ?? view;
}
