/** The paper's terms, each explained in a sentence; shown on hover and focus and in the help. */
export const terms = {
  delta: {
    term: 'δ, initial drop',
    text: 'How much any task’s loss may rise, relatively, in the first layer’s step.',
  },
  lambda: {
    term: 'λ, scale factor',
    text: 'Each committed step multiplies the next layer’s threshold by λ.',
  },
  alpha: {
    term: 'α, global bound',
    text: 'How much any task’s loss may rise in all: the product of all steps is held at 1 + α.',
  },
  saliency: {
    term: 'saliency',
    text: 'How much a channel matters, estimated from the size of its filter’s weights; the lowest go first.',
  },
  oracle: {
    term: 'oracle',
    text: 'The measurement that decides: the candidate network’s losses on the calibration set.',
  },
  topK: {
    term: 'top-K',
    text: 'The share of pruned layers that stay pruned: those that cost the least loss for the MACs they save.',
  },
  drop: {
    term: 'drop',
    text: 'A task’s relative rise in loss over its base: 5 % means 1.05 times the loss.',
  },
  macs: { term: 'MACs', text: 'Multiply-accumulates of the convolutions and dense layers for one input.' },
  group: {
    term: 'group',
    text: 'Channels of several layers that can only be removed together, for instance across a residual sum.',
  },
  probe: {
    term: 'order',
    text: 'Layers are tried in order of the MACs that removing 30 % of each alone would save in the whole network, its dependents’ included.',
  },
} as const;

export type TermId = keyof typeof terms;
