import type { KeyboardEvent, ReactNode } from 'react';
import type { Prediction } from '../../src/pruning/predict';
import { CostChart } from '../charts/CostChart';
import { InTurn } from '../charts/InTurn';
import { LayersChart } from '../charts/LayersChart';
import { ScheduleChart } from '../charts/ScheduleChart';
import { StepTable } from '../charts/StepTable';
import { TaskLayerMap } from '../charts/TaskLayerMap';
import { ViewBoundary } from '../charts/ViewBoundary';
import { PredictionsView } from '../predictions/PredictionsView';
import { NetworksView } from '../recovery/NetworksView';
import { RecoveryView } from '../recovery/RecoveryView';
import { ResponsesView } from '../responses/ResponsesView';
import { showView, ui, useUi } from '../state/ui';
import { neighbouringView, views, type ViewId } from './views';
import './Views.css';

/** One place for the views that are looked at in turn; its tabs are always in sight. */
export function Views({ predicted }: { readonly predicted: Prediction | null }) {
  const view = useUi((state) => state.view);
  const label = views.find(({ id }) => id === view)?.label ?? '';
  return (
    <>
      <div className="view-tabs" role="tablist" aria-label="Views" onKeyDown={moveBetweenTabs}>
        {views.map(({ id, label, hint }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={view === id}
            aria-controls="view"
            tabIndex={view === id ? 0 : -1}
            title={hint}
            onClick={() => showView(id)}
          >
            {label}
          </button>
        ))}
      </div>
      <div id="view" className="view" role="tabpanel" aria-labelledby={`tab-${view}`}>
        <ViewBoundary key={view} name={label}>
          <InTurn height={430}>{content(view, predicted)}</InTurn>
        </ViewBoundary>
      </div>
    </>
  );
}

function content(view: ViewId, predicted: Prediction | null): ReactNode {
  switch (view) {
    case 'layers':
      return <LayersChart predicted={predicted} />;
    case 'steps':
      return <StepTable />;
    case 'tasks':
      return <TaskLayerMap />;
    case 'predictions':
      return <PredictionsView />;
    case 'filters':
      return <ResponsesView />;
    case 'recovery':
      return <RecoveryView />;
    case 'networks':
      return <NetworksView />;
    case 'cost':
      return (
        <div className="charts">
          <ScheduleChart predicted={predicted} />
          <CostChart predicted={predicted} />
        </div>
      );
  }
}

function moveBetweenTabs(event: KeyboardEvent<HTMLElement>): void {
  const view = tabFor(event.key, ui.getState().view);
  if (view === null) return;
  event.preventDefault();
  showView(view);
  document.getElementById(`tab-${view}`)?.focus();
}

function tabFor(key: string, view: ViewId): ViewId | null {
  switch (key) {
    case 'ArrowLeft':
      return neighbouringView(view, -1);
    case 'ArrowRight':
      return neighbouringView(view, 1);
    case 'Home':
      return views[0].id;
    case 'End':
      return views.at(-1)?.id ?? null;
    default:
      return null;
  }
}
