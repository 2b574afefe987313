import { studio } from './studio';
import { ui } from './ui';

/** Asks on the page; resolves to whether the person agreed. */
export function ask(text: string, agree: string, decline: string): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (agreed: boolean) => {
      ui.setState({ question: null });
      resolve(agreed);
    };
    ui.setState({ question: { text, agree, decline, answer } });
  });
}

/** Opening files ends a run that is under way; a finished one stays in the browser until the next. */
export async function mayOpen(): Promise<boolean> {
  const { run, recovery } = studio.getState();
  if (recovery.status === 'running' || recovery.status === 'paused')
    return ask('Opening other files ends the recovery.', 'End it and open', 'Keep the recovery');
  const underWay = run.status === 'running' || (run.status === 'paused' && run.events.length > 0);
  return underWay
    ? ask('Opening other files ends the run that is under way.', 'End the run and open', 'Keep the run')
    : true;
}
