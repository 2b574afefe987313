import type { RunEvent } from './events';

type Kind = RunEvent['kind'];
type Shape = 'number' | 'string' | 'list' | 'record' | 'any';

/** What a fold over events reads of each kind. */
const shapes: Readonly<Record<Kind, Readonly<Record<string, Shape>>>> = {
  'run-started': {
    settings: 'record',
    lambda: 'number',
    delta: 'number',
    alpha: 'number',
    tasks: 'list',
    groups: 'list',
    original: 'record',
  },
  'order-found': { order: 'list', gains: 'record' },
  'step-began': {
    step: 'number',
    group: 'string',
    threshold: 'number',
    sizeBefore: 'number',
    base: 'record',
  },
  'trial-measured': { step: 'number', trial: 'record', losses: 'record', violatedBy: 'any', macs: 'number' },
  'step-ended': {
    step: 'number',
    report: 'record',
    losses: 'record',
    macs: 'number',
    params: 'number',
    kept: 'record',
  },
  'step-recovered': { step: 'number', methods: 'list', losses: 'record' },
  'filter-applied': { entered: 'list', filtered: 'list', scores: 'record' },
  'run-finished': { report: 'record', kept: 'record' },
};

/** Whether a list that was stored elsewhere is a run's event log as this version writes it. */
export function isEventLog(value: unknown): value is readonly RunEvent[] {
  return Array.isArray(value) && value.every(isEvent) && (value.length === 0 || startsRun(value[0]));
}

function isEvent(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const kind = Object.keys(shapes).find((known): known is Kind => known === value['kind']);
  if (!kind) return false;
  return Object.entries(shapes[kind]).every(([key, shape]) => key in value && hasShape(value[key], shape));
}

const startsRun = (value: unknown) => isRecord(value) && value['kind'] === 'run-started';

function hasShape(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case 'any':
      return true;
    case 'list':
      return Array.isArray(value);
    case 'record':
      return isRecord(value);
    case 'number':
    case 'string':
      return typeof value === shape;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
